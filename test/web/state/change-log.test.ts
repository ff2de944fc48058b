import { describe, expect, it } from 'vitest'
import { type ChangeLog, createChangeLog } from '../../../web/state/change-log.ts'
import { toChange } from '../stream/fakes.ts'

function addChanges(log: ChangeLog, ...tokens: readonly string[]): void {
  for (const token of tokens) log.add({ kind: 'change', change: toChange(token) })
}

function toTokens(log: ChangeLog): string[] {
  return log.shown.map(({ item }) => (item.kind === 'change' ? item.change.resumeToken : 'gap'))
}

describe('the change log', () => {
  it('keeps the newest entries, in order', () => {
    const log = createChangeLog({ maxEntries: 2 })
    addChanges(log, 'a', 'b', 'c')
    expect(toTokens(log)).toEqual(['b', 'c'])
    expect(log.received).toBe(3)
  })

  it('keeps no more JSON than its limit, but always the newest entry', () => {
    const log = createChangeLog({ maxWeight: 250 })
    const add = (token: string, chars: number): void =>
      log.add({ kind: 'change', change: toChange(token, { x: 'x'.repeat(chars) }) })
    add('a', 100)
    add('b', 100)
    expect(toTokens(log)).toEqual(['a', 'b'])
    add('c', 100)
    expect(toTokens(log)).toEqual(['b', 'c'])
    add('huge', 5_000)
    expect(toTokens(log)).toEqual(['huge'])
  })

  it('stands still while paused, counts, and catches up as if there had been no pause', () => {
    const paused = createChangeLog({ maxEntries: 3 })
    addChanges(paused, 'a', 'b')
    paused.pause()
    addChanges(paused, 'c', 'd')
    expect(toTokens(paused)).toEqual(['a', 'b'])
    expect(paused.held).toBe(2)
    paused.resume()
    expect(toTokens(paused)).toEqual(['b', 'c', 'd'])
    expect(paused.held).toBe(0)
    addChanges(paused, 'e')
    expect(toTokens(paused)).toEqual(['c', 'd', 'e'])
  })

  it('holds back a bounded number, but counts them all', () => {
    const log = createChangeLog({ maxEntries: 2 })
    log.pause()
    addChanges(log, ...Array.from({ length: 1_000 }, (_, index) => `t${index}`))
    expect(log.held).toBe(1_000)
    log.resume()
    expect(toTokens(log)).toEqual(['t998', 't999'])
  })

  it('forgets everything when cleared, also what a pause held back, and goes on', () => {
    const log = createChangeLog()
    addChanges(log, 'a')
    log.pause()
    addChanges(log, 'b')
    log.clear()
    expect(toTokens(log)).toEqual([])
    expect(log.held).toBe(0)
    addChanges(log, 'c')
    expect(log.held).toBe(1)
    log.resume()
    expect(toTokens(log)).toEqual(['c'])
  })

  it('never uses a number twice', () => {
    const log = createChangeLog()
    addChanges(log, 'a')
    const [first] = log.shown
    log.clear()
    addChanges(log, 'b')
    expect(log.shown[0]?.number).toBeGreaterThan(first?.number ?? Infinity)
  })

  it('shows a gap among the changes but does not count it as one', () => {
    const log = createChangeLog()
    addChanges(log, 'a')
    log.add({ kind: 'gap', gap: { kind: 'stretch', sinceMs: 1, untilMs: 2, reason: 'x' } })
    addChanges(log, 'b')
    expect(toTokens(log)).toEqual(['a', 'gap', 'b'])
    expect(log.received).toBe(2)
  })
})
