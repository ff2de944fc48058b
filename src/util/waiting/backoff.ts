/** Delays between attempts; see {@link backoffDelayMs}. */
export interface BackoffOptions {
  /** Upper bound of the first delay, in milliseconds. Default 100; of a client 500. */
  readonly initialMs?: number
  /** Upper bound of any delay, in milliseconds. Default 5,000; of a client 15,000. */
  readonly maxMs?: number
  /** A random number from 0 to 1, for tests. Default `Math.random`. */
  readonly random?: () => number
}

/**
 * How long to wait before the next attempt, in milliseconds: little before the first one, which mends most failures,
 * then so long that a server that fails them all is asked about twice a second at most. Doubles from there on, is
 * capped, and is spread over its upper half, so that many do not come back at the same instant.
 *
 * @param attempt 0 for the first retry
 * @param secondFactor how much longer the bound of the second delay is than that of the first
 */
export function backoffDelayMs(attempt: number, options: BackoffOptions = {}, secondFactor = 5): number {
  const { initialMs = 100, maxMs = 5_000, random = Math.random } = options
  const factor = attempt === 0 ? 1 : secondFactor * 2 ** Math.min(attempt - 1, 30)
  const bound = Math.min(maxMs, initialMs * factor)
  return bound / 2 + (bound / 2) * random()
}
