import { tokenSeconds } from '../../changes/token-order.ts'
import type { FeedCounters } from './counters.ts'
import type { FeedStats } from './feed-stats.ts'
import type { FeedResources, SharedStream } from '../shared-stream.ts'

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
