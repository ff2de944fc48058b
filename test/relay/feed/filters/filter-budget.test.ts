import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { countWork } from '../../../../src/bson/work-budget.ts'
import { RelayError } from '../../../../src/errors.ts'
import { createFilterBudget } from '../../../../src/relay/feed/filters/filter-budget.ts'
import { meterFilter } from '../../../../src/relay/feed/filters/metered-filter.ts'

const atLimit = (message: string) => new RelayError('LIMIT_EXCEEDED', message)
const event = new LazyDocument(encodeDocument(new Map()))

describe('a budget of filters', () => {
  it('lets an owner save up four seconds, and fills itself', () => {
    let nowMs = 0
    const budget = createFilterBudget(100, () => nowMs)
    expect([budget.take('a', 400), budget.take('a', 1), budget.take('b', 400)]).toEqual([true, false, true])
    nowMs = 1_000
    expect([budget.take('a', 100), budget.take('a', 1)]).toEqual([true, false])
    nowMs = 60_000
    expect([budget.take('a', 400), budget.take('a', 1)]).toEqual([true, false])
  })

  it('is charged to all who asked for a filter, in equal parts', () => {
    const budget = createFilterBudget(10_000, () => 0)
    const ended: string[] = []
    const matches = meterFilter({
      matches() {
        countWork(20_000)
        return true
      },
      budget,
      atLimit,
      owners: () => new Set(['a', 'b']),
      onOverdrawn: (owner) => ended.push(owner),
    })
    budget.take('b', 35_000)
    expect(matches(event)).toBe(true)
    expect(ended).toEqual(['b'])
    expect(budget.take('a', 25_000)).toBe(true)
  })

  it('ends what takes more than can be saved up while it is under way', () => {
    let steps = 0
    const matches = meterFilter({
      matches() {
        for (; ; steps++) countWork()
      },
      budget: createFilterBudget(1_000, () => 0),
      atLimit,
      owners: () => new Set(['a']),
      onOverdrawn: () => {},
    })
    expect(() => matches(event)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }))
    expect(steps).toBe(4_000)
  })
})
