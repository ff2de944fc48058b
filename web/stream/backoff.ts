/** The first wait, before jitter, in milliseconds. */
const BASE_MS = 500

/** No wait is longer, in milliseconds: a relay that comes back is noticed within this time. */
const CAP_MS = 15_000

/**
 * Gives the wait before the next attempt, in milliseconds: doubles with each failure in a row up to 15 seconds, less up
 * to a half by chance, so that many pages do not come back to a restarted relay in the same instant.
 *
 * @param failures how many attempts in a row failed before this wait; 0 for the first.
 * @param random a number from 0 (inclusive) to 1, as `Math.random` gives.
 */
export function toBackoffMs(failures: number, random: number): number {
  const fullMs = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 30))
  return fullMs * (1 - random / 2)
}
