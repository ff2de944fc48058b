import type { Log } from './log.ts'

/** Those that wait for a log to get to a position. */
export interface Waiters {
  /** Settles when the log has everything up to this key. May never settle. */
  reaches(key: string): Promise<void>
  /** Settles what the log has reached by now. Cost: none while nobody waits. */
  wake(): void
}

/** Creates the waiters of a log. They are woken by whoever appends to it. */
export function createWaiters(log: Log): Waiters {
  let waiters: { readonly key: string; readonly resolve: () => void }[] = []

  return {
    reaches: (key) =>
      (log.reached ?? '') >= key
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiters.push({ key, resolve })
          }),
    wake() {
      if (waiters.length === 0) return
      const reached = log.reached ?? ''
      for (const { key, resolve } of waiters) if (reached >= key) resolve()
      waiters = waiters.filter(({ key }) => reached < key)
    },
  }
}
