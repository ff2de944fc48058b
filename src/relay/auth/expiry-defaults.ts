/** How long subscriptions go on after their credentials have expired, in milliseconds, unless options say otherwise. */
export const EXPIRY_GRACE_MS = 30_000

/** How often is looked for expired credentials, in milliseconds, unless options say otherwise. */
export const EXPIRY_CHECK_MS = 1_000
