import type { BackoffOptions } from '../util/waiting/backoff.ts'

/** Delays between attempts, which double from the first on: a restarted relay has many clients that come back. */
export const BACKOFF = { initialMs: 500, maxMs: 15_000 } as const satisfies BackoffOptions
