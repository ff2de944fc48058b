import type { FeedCounters } from './counters.ts'
import type { FeedResources, SharedStream } from './shared-stream.ts'

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
}

/** Reads the statistics of a feed. Cost: one step per upstream. */
export function readStats(
  counters: FeedCounters,
  streams: readonly SharedStream[],
  { slow, slots }: FeedResources,
): FeedStats {
  const sum = (count: (stream: SharedStream) => number) => streams.reduce((total, stream) => total + count(stream), 0)
  return {
    ...counters,
    upstreams: streams.length,
    interruptedUpstreams: sum((stream) => Number(stream.isInterrupted)),
    subscribers: sum((stream) => stream.size),
    cohorts: sum((stream) => stream.cohorts.size),
    stuckSubscribers: slow.count,
    runningCatchUps: slots.taken,
    waitingCatchUps: slots.waiting,
    windowEvents: sum(({ log }) => log.end - log.start),
    windowBytes: sum(({ log }) => log.bytes),
  }
}
