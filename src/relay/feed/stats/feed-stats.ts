import type { FeedCounters } from './counters.ts'

/** What a feed has done since it started, and what it holds now. */
export interface FeedStats extends Readonly<FeedCounters> {
  /** Change streams that are shared. */
  readonly upstreams: number
  /** Those that cannot reach their server at the moment. */
  readonly interruptedUpstreams: number
  readonly subscribers: number
  readonly cohorts: number
  /** Subscribers whose sinks are full. */
  readonly stuckSubscribers: number
  /** Catch-up streams that run now. */
  readonly runningCatchUps: number
  /** Subscribers that wait for a catch-up stream. */
  readonly waitingCatchUps: number
  /** Events in all windows. */
  readonly windowEvents: number
  /** Their size as BSON, in bytes. */
  readonly windowBytes: number
  /** The cluster time of the oldest event in any window, in seconds since 1970; absent when there is none. */
  readonly oldestEventSeconds: number | undefined
  /** That of the position of the subscriber that is furthest behind; absent when none is. */
  readonly oldestPositionSeconds: number | undefined
}
