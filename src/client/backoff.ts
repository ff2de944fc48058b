/** Delays between attempts; see {@link backoffDelayMs}. */
export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. Default 500. */
  readonly initialMs?: number
  /** Upper bound of any delay, in milliseconds. Default 15,000. */
  readonly maxMs?: number
  /** A random number from 0 to 1, for tests. Default `Math.random`. */
  readonly random?: () => number
}

/**
 * How long to wait before the next attempt, in milliseconds: doubles with each failure in a row, is capped, and is spread
 * over its upper half, so that many clients do not come back to a restarted relay at the same instant.
 *
 * @param failures how many attempts failed in a row before this wait, beyond the first
 */
export function backoffDelayMs(failures: number, options: BackoffOptions = {}): number {
  const { initialMs = 500, maxMs = 15_000, random = Math.random } = options
  const bound = Math.min(maxMs, initialMs * 2 ** Math.min(failures, 30))
  return bound / 2 + (bound / 2) * random()
}
