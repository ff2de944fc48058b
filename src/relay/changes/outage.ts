import { backoffDelayMs, type BackoffOptions } from '../../util/waiting/backoff.ts'
import type { WatchOptions } from './change-source.ts'

/** How a deployment is asked again after failures. */
export interface RetryOptions {
  readonly backoff?: BackoffOptions | undefined
  /** How long attempts may fail before the client itself is replaced, in milliseconds. Default 5,000. */
  readonly renewClientMs?: number
}

/** Follows how a stream fails and recovers, and says how long it is tried again. */
export interface Outage {
  /** Whether the stream was ever open. */
  readonly wasOpen: boolean
  /** Notes that the stream is being read; gives whether that is news. */
  recover(): boolean
  /** Notes that it failed. */
  fail(): Failure
}

/** What follows from a failure. */
export interface Failure {
  /** Whether it is the first one of an outage. */
  readonly isFirst: boolean
  /** Whether it has gone on for too long. */
  readonly isOver: boolean
  /** Whether the client itself may be at fault by now. */
  readonly isOfClient: boolean
  /** How long to wait before the next attempt, in milliseconds. */
  readonly delayMs: number
}

/** How long a stream must have lasted for the next failure to count as the first one, in milliseconds. */
const STEADY_MS = 2_000

/** Begins with a stream that has not been open yet. */
export function createOutage(
  { wasOpen: wasOpenBefore = false, startTimeoutMs = Infinity, outageLimitMs = Infinity }: WatchOptions,
  { backoff, renewClientMs = 5_000 }: RetryOptions,
): Outage {
  let failingSince: number | undefined = performance.now()
  let openedAt: number | undefined
  let wasOpen = wasOpenBefore
  let attempt = 0

  return {
    get wasOpen() {
      return wasOpen
    },
    recover() {
      if (failingSince === undefined) return false
      failingSince = undefined
      openedAt = performance.now()
      wasOpen = true
      return true
    },
    fail() {
      const isFirst = failingSince === undefined || attempt === 0
      // a server that opens streams and fails each one at once is asked less and less often all the same
      if (openedAt !== undefined && performance.now() - openedAt >= STEADY_MS) attempt = 0
      openedAt = undefined
      failingSince ??= performance.now()
      const failingMs = performance.now() - failingSince
      return {
        isFirst,
        isOver: failingMs > (wasOpen ? outageLimitMs : startTimeoutMs),
        isOfClient: failingMs > renewClientMs,
        delayMs: backoffDelayMs(attempt++, backoff),
      }
    },
  }
}
