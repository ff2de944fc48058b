import { BSON, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { toChange } from '../../../src/relay/changes/to-change.ts'
import { timeKey } from '../../../src/relay/changes/tokens/token-order.ts'
import { createLog } from '../../../src/relay/feed/log.ts'

/** The token of an event at second `t`. */
const token = (t: number) => `${timeKey(new Timestamp({ t, i: 1 }))}2B042C0100296E`
const idleToken = (t: number) => `${timeKey(new Timestamp({ t, i: 1 }))}2B0429296E04`
const change = (t: number) => toChange(BSON.serialize({ _id: { _data: token(t) }, operationType: 'insert' }))
const after = (t: number) => ({ after: new Map([['_data', token(t)]]) })
const begun = { at: new Timestamp({ t: 1, i: 1 }) }

function logOf(times: readonly number[], limits = { maxBytes: 1_000_000, maxEvents: 1_000 }) {
  const log = createLog(limits)
  log.begin(begun)
  for (const t of times) log.append(change(t))
  log.trim()
  return log
}

describe('a log', () => {
  it('knows nothing before it has begun', () => {
    const log = createLog({ maxBytes: 1, maxEvents: 1 })
    expect(log.last(1)).toBeUndefined()
    expect(log.covers(token(1))).toBe(false)
  })

  it('finds the first event after a token, after a time between events, and at a time', () => {
    const log = logOf([2, 4, 6])
    expect([1, 2, 3, 4, 5, 6, 7].map((t) => log.after(token(t)))).toEqual([0, 1, 1, 2, 2, 3, 3])
    expect(log.after(timeKey(new Timestamp({ t: 4, i: 1 })))).toBe(1)
    expect(log.after(timeKey(new Timestamp({ t: 4, i: 2 })))).toBe(2)
  })

  it('covers its own events and times in it, and no token that it has never seen', () => {
    const log = logOf([2, 4])
    log.advance(idleToken(6))
    expect([token(2), token(4), idleToken(3), idleToken(6)].map(log.covers)).toEqual([true, true, true, true])
    expect([token(3), token(5), idleToken(7), '', 'eyJ'].map(log.covers)).toEqual([false, false, false, false, false])
  })

  it('keeps to its limits, and covers what follows the last event that it forgot', () => {
    const log = logOf([2, 3, 4, 5], { maxBytes: 1_000_000, maxEvents: 2 })
    expect({ start: log.start, end: log.end }).toEqual({ start: 2, end: 4 })
    expect([2, 3, 4].map((t) => log.covers(token(t)))).toEqual([false, true, true])
    expect(log.origin).toBe(token(3))
    expect(() => log.at(1)).toThrow(RangeError)
    const small = logOf([2, 3, 4, 5], { maxBytes: change(2).raw.length * 3, maxEvents: 1_000 })
    expect(small.start).toBe(1)
    expect(small.bytes).toBe(change(2).raw.length * 3)
  })

  it('keeps the newest event however large it is', () => {
    const log = logOf([2, 3], { maxBytes: 1, maxEvents: 1_000 })
    expect({ start: log.start, end: log.end }).toEqual({ start: 1, end: 2 })
  })

  it('numbers events alike however many it has forgotten', () => {
    const log = createLog({ maxBytes: 1_000_000, maxEvents: 10 })
    log.begin(begun)
    for (let t = 2; t < 1_000; t++) {
      log.append(change(t))
      log.trim()
    }
    expect({ start: log.start, end: log.end }).toEqual({ start: 988, end: 998 })
    expect(log.at(990).token).toBe(token(992))
    expect(log.changeAt(990).resumeToken).toBe(token(992))
  })

  it('tells where its last events begin, in the window and before it', () => {
    const log = logOf([2, 3, 4])
    expect([0, 1, 2].map(log.last)).toEqual([after(4), after(3), after(2)])
    expect([3, 100].map(log.last)).toEqual([begun, begun])
    const short = logOf([2, 3, 4, 5], { maxBytes: 1_000_000, maxEvents: 2 })
    expect([0, 1, 2, 3].map(short.last)).toEqual([after(5), after(4), after(3), after(2)])
    expect(short.last(100)).toEqual(after(2))
  })

  it('remembers enough positions for the most that can be asked for', () => {
    const log = createLog({ maxBytes: 1, maxEvents: 1 })
    log.begin(begun)
    for (let t = 2; t < 500; t++) {
      log.append(change(t))
      log.trim()
    }
    expect(log.last(100)).toEqual(after(399))
  })
})
