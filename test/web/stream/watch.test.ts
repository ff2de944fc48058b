import { describe, expect, it } from 'vitest'
import type { Gap, Status } from '../../../web/stream/status.ts'
import { startWatch, type Watch } from '../../../web/stream/watch.ts'
import {
  createFakeOpen,
  createManualClock,
  type FakeAttempt,
  lost,
  type ManualClock,
  toChange,
  toError,
} from './fakes.ts'

interface Rig {
  readonly watch: Watch
  readonly clock: ManualClock
  readonly attempts: readonly FakeAttempt[]
  readonly tokens: readonly string[]
  readonly statuses: readonly Status[]
  readonly gaps: readonly Gap[]
  last(): FakeAttempt
}

function start(): Rig {
  const clock = createManualClock()
  const { open, attempts } = createFakeOpen()
  const tokens: string[] = []
  const statuses: Status[] = []
  const gaps: Gap[] = []
  const watch = startWatch({
    view: { db: 'shop', coll: 'orders' },
    open,
    clock,
    random: () => 0,
    onChange: (change) => tokens.push(change.resumeToken),
    onStatus: (status) => statuses.push(status),
    onGap: (gap) => gaps.push(gap),
  })
  function last(): FakeAttempt {
    const attempt = attempts.at(-1)
    if (attempt === undefined) throw new Error('No attempt was opened')
    return attempt
  }
  return { watch, clock, attempts, tokens, statuses, gaps, last }
}

describe('watching a view', () => {
  it('starts with the last five changes', () => {
    const { last } = start()
    expect(last().variables).toEqual({ db: 'shop', coll: 'orders', last: 5 })
  })

  it('is connecting until the relay has answered, then live', () => {
    const { last, statuses } = start()
    expect(statuses).toEqual([{ state: 'connecting' }])
    last().onOpen()
    expect(statuses.at(-1)).toEqual({ state: 'live' })
  })

  it('continues after the last token when the connection is lost', () => {
    const { last, clock, tokens, statuses, attempts } = start()
    last().onOpen()
    last().onChange(toChange('a'))
    last().onChange(toChange('b'))
    last().onEnd(lost)
    expect(statuses.at(-1)).toEqual({ state: 'reconnecting', reason: 'The relay cannot be reached' })
    clock.advance(500)
    expect(attempts).toHaveLength(2)
    expect(last().variables).toEqual({ db: 'shop', coll: 'orders', startAfter: 'b' })
    last().onOpen()
    last().onChange(toChange('c'))
    expect(tokens).toEqual(['a', 'b', 'c'])
    expect(statuses.at(-1)).toEqual({ state: 'live' })
  })

  it('continues after the last token also when a change is delivered twice', () => {
    const { last, clock, tokens } = start()
    last().onOpen()
    last().onChange(toChange('a'))
    last().onEnd(lost)
    clock.advance(500)
    last().onOpen()
    last().onChange(toChange('a'))
    last().onChange(toChange('b'))
    expect(tokens).toEqual(['a', 'b'])
  })

  it('asks for the last five again, without a gap, when it never was live', () => {
    const { last, clock, gaps } = start()
    last().onEnd(lost)
    clock.advance(500)
    expect(last().variables).toMatchObject({ last: 5 })
    last().onOpen()
    expect(gaps).toEqual([])
  })

  it('asks for all that the relay remembers, and reports a gap, when it was live but has no token yet', () => {
    const { last, clock, gaps, tokens } = start()
    last().onOpen()
    clock.advance(60_000)
    last().onEnd(lost)
    clock.advance(500)
    expect(last().variables).toEqual({ db: 'shop', coll: 'orders', last: 100 })
    expect(gaps).toEqual([])
    last().onOpen()
    expect(gaps).toEqual([{ sinceMs: 1_060_000, untilMs: 1_060_500, reason: 'The relay cannot be reached' }])
    last().onChange(toChange('a'))
    expect(tokens).toEqual(['a'])
  })

  it('continues from the position that the relay names with an error, without a gap, when it has no token yet', () => {
    const { last, clock, gaps } = start()
    last().onOpen()
    last().onEnd(toError('SHUTTING_DOWN', { resumeToken: 'origin' }))
    clock.advance(500)
    expect(last().variables).toMatchObject({ startAfter: 'origin' })
    last().onOpen()
    expect(gaps).toEqual([])
  })

  it('trusts its own token more than the one of an error', () => {
    const { last, clock } = start()
    last().onOpen()
    last().onChange(toChange('a'))
    last().onEnd(toError('SHUTTING_DOWN', { resumeToken: 'z' }))
    clock.advance(500)
    expect(last().variables).toMatchObject({ startAfter: 'a' })
  })

  it('dates a gap from the first loss, over failed attempts', () => {
    const { last, clock, gaps } = start()
    last().onOpen()
    last().onEnd(lost)
    clock.advance(500)
    last().onEnd(lost)
    clock.advance(1_000)
    last().onOpen()
    expect(gaps).toEqual([{ sinceMs: 1_000_000, untilMs: 1_001_500, reason: 'The relay cannot be reached' }])
  })

  it.each(['HISTORY_LOST', 'RESUME_TOKEN_INVALID'])('says that there is a gap and goes on after %s', (code) => {
    const { last, clock, gaps, tokens } = start()
    last().onOpen()
    last().onChange(toChange('a'))
    last().onEnd(lost)
    clock.advance(500)
    last().onOpen()
    last().onEnd(toError(code))
    clock.advance(15_000)
    expect(last().variables).toEqual({ db: 'shop', coll: 'orders', last: 100 })
    last().onOpen()
    expect(gaps).toMatchObject([{ reason: `Refused as ${code}` }])
    last().onChange(toChange('a'))
    last().onChange(toChange('z'))
    expect(tokens).toEqual(['a', 'z'])
  })

  it('goes past a change that is too large when the relay says where to continue', () => {
    const { last, clock, gaps } = start()
    last().onOpen()
    last().onChange(toChange('a'))
    last().onEnd(toError('EVENT_TOO_LARGE', { resumeToken: 'b' }))
    clock.advance(500)
    expect(last().variables).toMatchObject({ startAfter: 'b' })
    last().onOpen()
    expect(gaps).toHaveLength(1)
  })

  it.each(['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHENTICATED'])('fails after %s and does not try again', (code) => {
    const { last, clock, statuses, attempts } = start()
    last().onOpen()
    last().onEnd(toError(code))
    clock.advance(3_600_000)
    expect(attempts).toHaveLength(1)
    expect(clock.scheduled).toBe(0)
    expect(statuses.at(-1)).toEqual({ state: 'failed', reason: `Refused as ${code}` })
  })

  it.each(['SHUTTING_DOWN', 'UPSTREAM_FAILED', 'SLOW_CONSUMER', 'A_CODE_OF_THE_FUTURE'])(
    'tries again after %s',
    (code) => {
      const { last, clock, attempts } = start()
      last().onOpen()
      last().onChange(toChange('a'))
      last().onEnd(toError(code))
      clock.advance(500)
      expect(attempts).toHaveLength(2)
      expect(last().variables).toMatchObject({ startAfter: 'a' })
    },
  )

  it('waits longer from failure to failure, and never longer than fifteen seconds', () => {
    const { last, clock, attempts } = start()
    const waits: number[] = []
    for (let failure = 0; failure < 8; failure++) {
      const before = attempts.length
      last().onEnd(lost)
      const sinceMs = clock.now()
      while (attempts.length === before) clock.advance(100)
      waits.push(clock.now() - sinceMs)
    }
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
  })

  it('keeps waiting longer when connections open and end at once', () => {
    const { last, clock, attempts } = start()
    for (const waitMs of [500, 1_000, 2_000]) {
      const before = attempts.length
      last().onOpen()
      last().onEnd({ kind: 'completed' })
      clock.advance(waitMs - 1)
      expect(attempts).toHaveLength(before)
      clock.advance(1)
      expect(attempts).toHaveLength(before + 1)
    }
  })

  it('starts with a short wait again after it was live for a while', () => {
    const { last, clock, attempts } = start()
    for (let failure = 0; failure < 5; failure++) {
      last().onEnd(lost)
      clock.advance(15_000)
    }
    last().onOpen()
    clock.advance(5_000)
    last().onEnd(lost)
    const before = attempts.length
    clock.advance(500)
    expect(attempts).toHaveLength(before + 1)
  })

  it('tries again at once when asked to, and then only once', () => {
    const { watch, last, clock, attempts } = start()
    last().onEnd(lost)
    watch.retryNow()
    watch.retryNow()
    expect(attempts).toHaveLength(2)
    clock.advance(60_000)
    expect(attempts).toHaveLength(2)
  })

  it('tries again when asked to after it has failed', () => {
    const { watch, last, attempts } = start()
    last().onEnd(toError('BAD_USER_INPUT'))
    watch.retryNow()
    expect(attempts).toHaveLength(2)
  })

  it('closes its connection when stopped', () => {
    const { watch, last } = start()
    last().onOpen()
    watch.stop()
    expect(last().cancelled).toBe(true)
  })

  it('never tries again once stopped while it waits', () => {
    const { watch, last, clock, attempts } = start()
    last().onEnd(lost)
    watch.stop()
    watch.retryNow()
    clock.advance(60_000)
    expect(attempts).toHaveLength(1)
    expect(clock.scheduled).toBe(0)
  })
})
