/** What a feed has done since it started. Each number only grows. */
export interface FeedCounters {
  /** Events that upstreams delivered. */
  events: number
  /** Events given to subscribers' sinks. */
  deliveries: number
  /** Events executed and encoded for a cohort. */
  encodings: number
  /** Change streams that were opened for subscribers outside the window. */
  catchUps: number
  /** Subscriptions that began after a resume token. */
  resumes: number
  /** Subscribers ended with `SLOW_CONSUMER`. */
  slowConsumers: number
  /** Times that an upstream lost its server. */
  interruptions: number
}

/** Counters at zero. */
export function createCounters(): FeedCounters {
  return { events: 0, deliveries: 0, encodings: 0, catchUps: 0, resumes: 0, slowConsumers: 0, interruptions: 0 }
}
