import type { Log } from '../log.ts'
import { createWaitList } from '../../../util/wait-list.ts'

/** Those that wait for a log to get to a position. */
export interface Waiters {
  /**
   * Settles when the log has everything up to this key. May take for ever, unless the signal aborts.
   *
   * @throws the signal's reason
   */
  reaches(key: string, signal: AbortSignal): Promise<void>
  /** Settles what the log has reached by now. Cost: none while nothing waits. */
  wake(): void
}

/** Creates the waiters of a log. What appends to it wakes them. */
export function createWaiters(log: Log): Waiters {
  const list = createWaitList<string>()
  const isReached = (key: string) => (log.reached ?? '') >= key

  return {
    reaches: (key, signal) => (isReached(key) ? Promise.resolve() : list.wait(key, signal)),
    wake: () => list.release(isReached),
  }
}
