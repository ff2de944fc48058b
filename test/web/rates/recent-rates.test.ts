import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecentRates, WINDOW_SECONDS } from '../../../web/rates/recent-rates.ts'

const NOW = 1_800_000_000_000

describe('recent rates', () => {
  it('count by operation type, the most frequent first', () => {
    const rates = createRecentRates()
    for (const type of ['insert', 'update', 'update']) rates.add(type, NOW, NOW)
    expect(rates.totals(NOW)).toEqual([
      ['update', 2],
      ['insert', 1],
    ])
    rates.clear()
    expect(rates.totals(NOW)).toEqual([])
  })

  it('forget what is older than five minutes, also while nothing happens', () => {
    const rates = createRecentRates()
    rates.add('insert', NOW, NOW)
    expect(rates.totals(NOW + 299_000)).toEqual([['insert', 1]])
    expect(rates.totals(NOW + 300_000)).toEqual([])
    rates.add('insert', NOW, NOW + 300_000)
    expect(rates.totals(NOW + 300_000)).toEqual([])
  })

  it('count what comes from the future, and after a clock was set back, as now', () => {
    const rates = createRecentRates()
    rates.add('insert', NOW + 60_000, NOW)
    rates.add('insert', NOW - 60_000, NOW - 60_000)
    expect(rates.points(NOW, 300).slice(-1)).toEqual([1])
    expect(rates.totals(NOW)).toEqual([['insert', 2]])
    rates.add('insert', NaN, NOW)
    expect(rates.totals(NOW)).toEqual([['insert', 2]])
  })

  it('are the same as counting all events anew', () => {
    const event = fc.record({
      type: fc.constantFrom('insert', 'update', 'delete'),
      waitMs: fc.nat(200_000),
      ageMs: fc.nat(400_000),
    })
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom(1, 5, 60, 300), (events, parts) => {
        const rates = createRecentRates()
        let nowMs = NOW
        const seconds: [string, number][] = []
        for (const { type, waitMs, ageMs } of events) {
          nowMs += waitMs
          rates.add(type, nowMs - ageMs, nowMs)
          seconds.push([type, Math.floor((nowMs - ageMs) / 1_000)])
        }
        const last = Math.floor(nowMs / 1_000)
        const expected = Array.from({ length: parts }, (_, at) => {
          const end = last - (parts - 1 - at) * (WINDOW_SECONDS / parts)
          return seconds.filter(([, second]) => second > end - WINDOW_SECONDS / parts && second <= end).length
        })
        expect(rates.points(nowMs, parts)).toEqual(expected)
        const updates = seconds.filter(([type, second]) => type === 'update' && second > last - WINDOW_SECONDS).length
        expect(rates.points(nowMs, parts, 'update').reduce((sum, count) => sum + count, 0)).toBe(updates)
      }),
    )
  })

  it('count operation types beyond those that there is room for together', () => {
    const rates = createRecentRates()
    for (let at = 0; at < 1_000; at++) rates.add(`type${at}`, NOW, NOW)
    expect(rates.totals(NOW)).toHaveLength(16)
    expect(rates.totals(NOW)[0]).toEqual(['other', 985])
  })
})
