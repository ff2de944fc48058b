import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RelayError } from '../../../src/errors.ts'
import type { StreamOptions } from '../../../src/relay/changes/stream-options.ts'
import { createFeed, type Feed } from '../../../src/relay/feed/feed.ts'
import { FakeSource } from './model/fake-source.ts'
import { settle } from './model/rig.ts'

const CHOSEN: StreamOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false }

describe('the default scope', () => {
  const scope = { db: 'd', coll: 'c' }
  let source: FakeSource
  let feed: Feed
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    source = new FakeSource()
    feed = createFeed({ source, defaultScope: scope, retryMs: 1_000, limits: { lingerMs: 100 } })
  })
  afterEach(() => {
    feed.stop()
    vi.useRealTimers()
  })

  it('is watched on when a subscriber that opened it again after a failure has gone', async () => {
    source.failure = new RelayError('FORBIDDEN', 'No')
    await settle(5)
    expect([source.open, feed.trouble()]).toEqual([0, 'No'])
    source.failure = undefined
    const sink = { isReady: () => true, write: () => true, bufferedBytes: () => 0, end: () => undefined }
    const spec = { key: '', encode: () => Buffer.from('{}') }
    const subscription = feed.subscribe({ scope, chosen: CHOSEN, start: 'now' }, spec, sink)
    await settle(5)
    expect([source.open, feed.trouble()]).toEqual([1, undefined])
    vi.advanceTimersByTime(1_000)
    subscription.close()
    vi.advanceTimersByTime(1_000)
    await settle(5)
    expect([source.open, feed.trouble()]).toEqual([1, undefined])
  })
})
