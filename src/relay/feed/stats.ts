import { tokenSeconds } from '../changes/tokens/token-order.ts'
import type { FeedResources, SharedStream } from './shared-stream.ts'

/** What a feed has done since it started. Each number only grows. */
export interface FeedCounters {
  /** Events that upstreams delivered. */
  events: number
  /** Events given to subscribers' sinks. */
  deliveries: number
  /** Events executed and encoded for a cohort. */
  encodings: number
  /** Change streams that were opened for subscribers outside the window, or without their images in it. */
  catchUps: number
  /** Documents of snapshots, given to subscribers' sinks: part of {@link FeedCounters.deliveries}. */
  snapshotDocuments: number
  /** Subscriptions that began after a resume token. */
  resumes: number
  /** Subscribers ended with `SLOW_CONSUMER`. */
  slowConsumers: number
  /** Times that an upstream lost its server. */
  interruptions: number
}

/** Counters at zero. */
export function createCounters(): FeedCounters {
  const upstreams = { events: 0, interruptions: 0 }
  const deliveries = { deliveries: 0, encodings: 0, snapshotDocuments: 0 }
  return { ...upstreams, ...deliveries, catchUps: 0, resumes: 0, slowConsumers: 0 }
}

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

/** Reads the statistics of a feed. Cost: one step per upstream, and per subscriber that is behind. */
export function readStats(
  counters: FeedCounters,
  streams: readonly SharedStream[],
  { slow, catchUpTurns }: FeedResources,
): FeedStats {
  const sum = (count: (stream: SharedStream) => number) => streams.reduce((total, stream) => total + count(stream), 0)
  return {
    ...counters,
    upstreams: streams.length,
    interruptedUpstreams: sum((stream) => Number(stream.isInterrupted)),
    subscribers: sum((stream) => stream.size),
    cohorts: sum((stream) => stream.cohorts.size),
    stuckSubscribers: slow.count,
    runningCatchUps: catchUpTurns.taken,
    waitingCatchUps: catchUpTurns.waiting,
    windowEvents: sum(({ log }) => log.end - log.start),
    windowBytes: sum(({ log }) => log.bytes),
    oldestEventSeconds: oldest(
      streams.filter(({ log }) => log.end > log.start).map(({ log }) => tokenSeconds(log.at(log.start).token)),
    ),
    oldestPositionSeconds: oldest(streams.flatMap(positionsBehind)),
  }
}

// the smallest of each stream only, because there may be many
function positionsBehind({ cohorts }: SharedStream): (number | undefined)[] {
  return [...cohorts.values()].map(({ others }) => {
    let least: string | undefined
    for (const { token } of others) if (token !== undefined && (least === undefined || token < least)) least = token
    return least === undefined ? undefined : tokenSeconds(least)
  })
}

function oldest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : known.reduce((least, time) => Math.min(least, time))
}
