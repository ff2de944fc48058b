import type { FeedCounters } from './counters.ts'
import type { FeedStats } from './feed-stats.ts'
import type { FeedResources, SharedStream } from './shared-stream.ts'

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
