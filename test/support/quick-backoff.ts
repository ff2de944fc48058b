/** How soon relays and ingesters of tests try again, in milliseconds: what is away in tests comes back soon. */
export const QUICK_BACKOFF = { initialMs: 20, maxMs: 200 }
