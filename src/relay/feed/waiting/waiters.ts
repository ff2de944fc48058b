import { createWaitList } from '../../../util/waiting/wait-list.ts'
import type { Log } from '../log.ts'

/** Those that wait for a log to get to a position; it may take for ever, unless their signal aborts. */
export interface Waiters {
  /**
   * Settles when the log has begun.
   *
   * @throws the signal's reason
   */
  begins(signal: AbortSignal): Promise<void>
  /**
   * Settles when the log has everything up to this key.
   *
   * @throws the signal's reason
   */
  reaches(key: string, signal: AbortSignal): Promise<void>
  /** Settles what the log has reached by now. Cost: none while nothing waits. */
  wake(): void
}

/** Creates the waiters of a log. What begins it, or adds to it, wakes them. */
export function createWaiters(log: Log): Waiters {
  const list = createWaitList<string>()
  const isReached = (key: string) => log.origin !== undefined && (log.reached ?? '') >= key
  const reaches = (key: string, signal: AbortSignal) => (isReached(key) ? Promise.resolve() : list.wait(key, signal))

  return { begins: (signal) => reaches('', signal), reaches, wake: () => list.release(isReached) }
}
