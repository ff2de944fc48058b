import { afterEach, describe, expect, it } from 'vitest'
import { countWork } from '../../../src/bson/work-budget.ts'
import { RelayError } from '../../../src/errors.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import type { StreamOptions } from '../../../src/relay/changes/stream-options.ts'
import { createFeed, type Feed } from '../../../src/relay/feed/feed.ts'
import type { FeedLimits } from '../../../src/relay/feed/options.ts'
import type { ChangesRequest } from '../../../src/relay/feed/request.ts'
import type { Sink } from '../../../src/relay/feed/sink.ts'
import { FakeSource } from './model/fake-source.ts'
import { settle } from './model/rig.ts'

const CHOSEN: StreamOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false }

/** Asks for changes of a collection; gives the error that it is refused or ended with, if that comes. */
function subscribe(feed: Feed, request: Partial<ChangesRequest>, coll = 'c', cohort = coll): Promise<RelayError> {
  return new Promise((resolve) => {
    const sink: Sink = { isReady: () => true, write: () => true, bufferedBytes: () => 0, end: resolve }
    const spec = { key: cohort, encode: () => Buffer.from('{}') }
    try {
      feed.subscribe({ scope: { db: 'd', coll }, chosen: CHOSEN, start: 'now', owner: 'o', ...request }, spec, sink)
    } catch (error) {
      if (error instanceof RelayError) resolve(error)
    }
  })
}

/** One subscription more than there may be. */
const twice: Exceed = (feed) => {
  void subscribe(feed, {}, 'a')
  return subscribe(feed, {}, 'b')
}

type Exceed = (feed: Feed, source: FakeSource) => Promise<RelayError>

const CASES: readonly (readonly [Partial<FeedLimits>, Exceed])[] = [
  [{ maxSubscriptions: 1 }, twice],
  // the default scope has one
  [{ maxUpstreams: 2, maxUpstreamsPerPrincipal: 9 }, twice],
  [{ maxUpstreamsPerPrincipal: 1 }, twice],
  [{ maxFilterBytesPerPrincipal: 10 }, (feed) => subscribe(feed, { filterBytes: 11 })],
  [
    { maxFilterStepsPerSecond: 10 },
    async (feed, source) => {
      const isMatch = () => (countWork(1_000), true)
      const ended = subscribe(feed, { matches: isMatch })
      await settle(5)
      source.emit('insert')
      return ended
    },
  ],
  [
    { maxCatchUpsPerPrincipal: 1, windowEvents: 1, warmStartMs: 0 },
    async (feed, source) => {
      for (let n = 0; n < 30; n++) source.emit('insert')
      const [first] = source.history
      const start = { after: fromTokenString(first?.resumeToken ?? '') }
      const both = ['x', 'y'].map((cohort) => subscribe(feed, { start }, 'c', cohort))
      return Promise.race(both)
    },
  ],
]

describe('what the feed refuses by a limit', () => {
  let feed: Feed | undefined
  afterEach(() => feed?.stop())

  it.each(CASES.map(([limits, exceed]) => [Object.keys(limits)[0] ?? '', limits, exceed] as const))(
    'is noted, with the setting: %s',
    async (setting, limits, exceed) => {
      const noted: string[] = []
      const source = new FakeSource()
      feed = createFeed({ source, limits, defaultScope: { db: 'd' }, noteLimit: (message) => noted.push(message) })
      const error = await exceed(feed, source)
      expect(error.code).toBe('LIMIT_EXCEEDED')
      expect(error.message).toContain(`\`${setting}\``)
      expect(noted).toEqual([error.message])
    },
  )
})
