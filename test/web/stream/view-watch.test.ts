import { describe, expect, it, vi } from 'vitest'
import { WatchError, type WatchErrorCode } from '../../../src/client/index.ts'
import type { Gap, Status } from '../../../web/stream/status.ts'
import { startViewWatch, type ViewWatch } from '../../../web/stream/view-watch.ts'
import { createFakeOpen, createManualClock, type FakeWatch, type ManualClock, toChange } from './fakes.ts'

const WAITING = { state: 'waiting', reason: 'The relay cannot be reached', delayMs: 500 } as const

const IMAGES = { fullDocument: 'UPDATE_LOOKUP', fullDocumentBeforeChange: 'WHEN_AVAILABLE' }

interface Rig {
  readonly watch: ViewWatch
  readonly clock: ManualClock
  readonly watches: readonly FakeWatch[]
  readonly tokens: readonly string[]
  readonly statuses: readonly Status[]
  readonly gaps: readonly Gap[]
  last(): FakeWatch
  /** Ends the last watch with an error, and waits until that has been dealt with. */
  fails(code: WatchErrorCode, resumeToken?: string): Promise<void>
  /** Delivers a change, and waits until it has arrived. */
  arrives(token: string, wallTime?: string): Promise<void>
}

function start(where: string | null = null, from: string | null = null): Rig {
  const clock = createManualClock()
  const { open, watches } = createFakeOpen()
  const tokens: string[] = []
  const statuses: Status[] = []
  const gaps: Gap[] = []
  const watch = startViewWatch({
    view: { db: 'shop', coll: null, where, from },
    open,
    clock,
    onChange: (change) => tokens.push(change.resumeToken),
    onStatus: (status) => statuses.push(status),
    onGap: (gap) => gaps.push(gap),
  })
  function last(): FakeWatch {
    const opened = watches.at(-1)
    if (opened === undefined) throw new Error('Nothing was opened')
    return opened
  }
  return {
    watch,
    clock,
    watches,
    tokens,
    statuses,
    gaps,
    last,
    async fails(code, resumeToken) {
      const before = statuses.length
      last().fail(new WatchError(code, `Refused as ${code}`, { resumeToken }))
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before), { interval: 1 })
    },
    async arrives(token, wallTime) {
      last().push(toChange(token, {}, wallTime))
      await vi.waitFor(() => expect(tokens).toContain(token), { interval: 1 })
    },
  }
}

describe('watching a view', () => {
  it('starts with the last five changes', () => {
    const { last, statuses } = start()
    expect(last().asked).toEqual({ db: 'shop', ...IMAGES, last: 5 })
    expect(statuses).toEqual([{ state: 'connecting' }])
  })

  it('passes a filter on, and starts with what matches among all that the relay remembers', () => {
    const { last } = start('{"a": 1}')
    expect(last().asked).toEqual({
      db: 'shop',
      where: '{"fullDocument.a":{"$numberInt":"1"}}',
      ...IMAGES,
      last: 100,
    })
  })

  it('does without what was there before where the server is too old for it', async () => {
    const { last, watches } = start()
    const message = "BSON field '$changeStream.fullDocumentBeforeChange' is an unknown field."
    last().fail(new WatchError('UPSTREAM_FAILED', message, { resumeToken: undefined }))
    await vi.waitFor(() => expect(watches).toHaveLength(2), { interval: 1 })
    expect(last().asked).toEqual({ db: 'shop', fullDocument: 'UPDATE_LOOKUP', last: 5 })
  })

  it.each([
    ['now', {}],
    ['last-50', { last: 50 }],
    ['15m', { startAtOperationTime: '{"$timestamp": {"t": 100, "i": 0}}' }],
    ['1970-01-01T00:10:00Z', { startAtOperationTime: '{"$timestamp": {"t": 600, "i": 0}}' }],
    ['1764335223.3', { startAtOperationTime: '{"$timestamp": {"t": 1764335223, "i": 3}}' }],
    ['826B0B20430000001D2B', { startAfter: '826B0B20430000001D2B' }],
    ['snapshot', { snapshot: 'FIRST' }],
  ])('starts where it is asked to: %s', (from, options) => {
    expect(start(null, from).last().asked).toEqual({ db: 'shop', ...IMAGES, ...options })
  })

  it('asks for nothing where it cannot read where to start', () => {
    const { statuses, watches } = start(null, 'yesterday')
    expect(watches).toEqual([])
    expect(statuses.at(-1)).toMatchObject({ state: 'failed', reason: 'Expected a start, got "yesterday"' })
  })

  it('is live from the moment the relay says so', () => {
    const { last, statuses, clock } = start()
    last().is({ state: 'connecting' })
    expect(statuses).toEqual([{ state: 'connecting' }])
    clock.advance(100)
    last().is({ state: 'live' })
    expect(statuses.at(-1)).toEqual({ state: 'live', sinceMs: 1_000_100 })
  })

  it('leaves interruptions to the client: nothing is missing, and it says so', async () => {
    const { last, clock, statuses, gaps, watches, tokens, arrives } = start()
    last().is({ state: 'live' })
    await arrives('a')
    last().is(WAITING)
    expect(statuses.at(-1)).toEqual({ state: 'reconnecting', reason: 'The relay cannot be reached' })
    clock.advance(60_000)
    last().is({ state: 'connecting' })
    expect(statuses.at(-1)).toMatchObject({ state: 'reconnecting' })
    last().is({ state: 'live' })
    await arrives('b')
    expect(statuses.at(-1)).toEqual({ state: 'live', sinceMs: 1_000_000 })
    expect(gaps).toEqual([])
    expect(watches).toHaveLength(1)
    expect(tokens).toEqual(['a', 'b'])
  })

  it('never is in doubt when it was live and nothing has happened yet', () => {
    const { last, gaps } = start()
    last().is({ state: 'live' })
    last().is(WAITING)
    last().is({ state: 'live' })
    expect(gaps).toEqual([])
  })

  it('says that MongoDB is away while it is, and misses nothing by it', () => {
    const { last, statuses, clock, gaps } = start()
    last().is({ state: 'live' })
    last().is({ state: 'interrupted' })
    expect(statuses.at(-1)).toEqual({ state: 'interrupted' })
    clock.advance(60_000)
    last().is({ state: 'live' })
    expect(statuses.at(-1)).toEqual({ state: 'live', sinceMs: 1_000_000 })
    expect(gaps).toEqual([])
  })

  it.each(['HISTORY_LOST', 'RESUME_TOKEN_INVALID'] as const)(
    'starts anew with what the relay remembers after %s, and reports the gap once it is live',
    async (code) => {
      const { last, clock, gaps, statuses, fails, arrives } = start()
      last().is({ state: 'live' })
      clock.advance(10_000)
      await arrives('a', new Date(1_004_000).toISOString())
      last().is(WAITING)
      clock.advance(60_000)
      await fails(code, 'a')
      expect(statuses.at(-1)).toEqual({ state: 'reconnecting', reason: `Refused as ${code}` })
      expect(gaps).toEqual([])
      clock.advance(500)
      expect(last().asked).toEqual({ db: 'shop', ...IMAGES, last: 100 })
      expect(gaps).toEqual([])
      last().is({ state: 'live' })
      // from the last change on, because the ones after it may have been under way when the stream was lost
      const reason = `Refused as ${code}`
      expect(gaps).toEqual([{ kind: 'stretch', sinceMs: 1_004_000, untilMs: 1_070_500, reason }])
      expect(statuses.at(-1)).toEqual({ state: 'live', sinceMs: 1_070_500 })
    },
  )

  it('reports one gap from the beginning of the loss when the relay refuses more than once', async () => {
    const { last, clock, gaps, fails } = start()
    last().is({ state: 'live' })
    await fails('RESUME_TOKEN_INVALID', 'a')
    clock.advance(500)
    await fails('HISTORY_LOST')
    clock.advance(1_000)
    last().is({ state: 'live' })
    expect(gaps).toEqual([
      { kind: 'stretch', sinceMs: 1_000_000, untilMs: 1_001_500, reason: 'Refused as RESUME_TOKEN_INVALID' },
    ])
  })

  it('never dates the beginning of a gap after the present, whatever the clock of the server says', async () => {
    const { last, clock, gaps, fails, arrives } = start()
    last().is({ state: 'live' })
    await arrives('a', new Date(9_000_000).toISOString())
    await fails('HISTORY_LOST', 'a')
    clock.advance(500)
    last().is({ state: 'live' })
    expect(gaps).toMatchObject([{ sinceMs: 1_000_000, untilMs: 1_000_500 }])
  })

  it('goes past a change that is too large, and says that it is missing', async () => {
    const { last, clock, gaps, statuses, fails } = start()
    last().is({ state: 'live' })
    await fails('EVENT_TOO_LARGE', 'b')
    clock.advance(500)
    expect(last().asked).toMatchObject({ startAfter: 'b' })
    last().is({ state: 'live' })
    expect(gaps).toEqual([{ kind: 'change', reason: 'Refused as EVENT_TOO_LARGE' }])
    expect(statuses.at(-1)).toEqual({ state: 'live', sinceMs: 1_000_500 })
  })

  it('waits longer each time while it starts anew in vain', async () => {
    const { last, clock, watches, fails, arrives } = start()
    last().is({ state: 'live' })
    for (const [atMostMs, tooEarlyMs] of [
      [500, 249],
      [1_000, 499],
      [2_000, 999],
    ] as const) {
      const before = watches.length
      await fails('HISTORY_LOST')
      clock.advance(tooEarlyMs)
      expect(watches).toHaveLength(before)
      clock.advance(atMostMs - tooEarlyMs)
      expect(watches).toHaveLength(before + 1)
    }
    // a change shows that it is not in vain
    last().is({ state: 'live' })
    await arrives('a')
    const before = watches.length
    await fails('HISTORY_LOST')
    clock.advance(500)
    expect(watches).toHaveLength(before + 1)
  })

  it.each(['BAD_USER_INPUT', 'FORBIDDEN', 'PROTOCOL_ERROR', 'HISTORY_LOST'] as const)(
    'fails when it opens with %s, says what to do and does not try again by itself',
    async (code) => {
      const { clock, statuses, watches, fails } = start()
      await fails(code)
      clock.advance(3_600_000)
      expect(watches).toHaveLength(1)
      expect(clock.scheduled).toBe(0)
      const advice = expect.stringMatching(/^[A-Z].*\.$/)
      expect(statuses.at(-1)).toEqual({ state: 'failed', reason: `Refused as ${code}`, advice })
    },
  )

  it('says that it is not known who is there, and continues where it was when that is mended', async () => {
    const { clock, statuses, watch, last, watches, fails } = start()
    last().is({ state: 'live' })
    await fails('UNAUTHENTICATED', 'b')
    clock.advance(3_600_000)
    expect(watches).toHaveLength(1)
    expect(statuses.at(-1)).toEqual({ state: 'unauthenticated', reason: 'Refused as UNAUTHENTICATED' })
    watch.retryNow()
    expect(statuses.at(-1)).toEqual({ state: 'connecting' })
    expect(last().asked).toMatchObject({ startAfter: 'b' })
  })

  it('continues where it was when a person tries again after it has failed', async () => {
    const { watch, last, gaps, fails } = start()
    last().is({ state: 'live' })
    await fails('FORBIDDEN', 'b')
    watch.retryNow()
    expect(last().asked).toMatchObject({ startAfter: 'b' })
    last().is({ state: 'live' })
    expect(gaps).toEqual([])
  })

  it('begins as before when a person tries again and it never was live', async () => {
    const { watch, watches, last, fails } = start()
    await fails('BAD_USER_INPUT')
    watch.retryNow()
    expect(watches).toHaveLength(2)
    expect(last().asked).toMatchObject({ last: 5 })
  })

  it('passes on to the client that a person does not want to wait', () => {
    const { watch, last, watches } = start()
    last().is(WAITING)
    watch.retryNow()
    expect(last().retries()).toBe(1)
    expect(watches).toHaveLength(1)
  })

  it('starts anew at once when a person does not want to wait, and then only once', async () => {
    const { watch, clock, last, watches, fails } = start()
    last().is({ state: 'live' })
    await fails('HISTORY_LOST')
    watch.retryNow()
    watch.retryNow()
    clock.advance(60_000)
    expect(watches).toHaveLength(2)
  })

  it('leaves nothing behind when it is stopped, and tells nothing more', async () => {
    const { watch, last, tokens } = start()
    last().is({ state: 'live' })
    // under way to its reader
    last().push(toChange('a'))
    watch.stop()
    expect(last().isOver()).toBe(true)
    await new Promise(setImmediate)
    expect(tokens).toEqual([])
  })

  it('tells nothing of an error that is under way when it is stopped', async () => {
    const { watch, last, clock, statuses } = start()
    last().is({ state: 'live' })
    const before = statuses.length
    last().fail(new WatchError('HISTORY_LOST', 'Gone', { resumeToken: undefined }))
    watch.stop()
    await new Promise(setImmediate)
    expect(statuses).toHaveLength(before)
    expect(clock.scheduled).toBe(0)
  })

  it('never starts again once it is stopped while it waits', async () => {
    const { watch, last, clock, watches, fails } = start()
    last().is({ state: 'live' })
    await fails('HISTORY_LOST')
    watch.stop()
    watch.retryNow()
    clock.advance(60_000)
    expect(watches).toHaveLength(1)
    expect(clock.scheduled).toBe(0)
  })
})
