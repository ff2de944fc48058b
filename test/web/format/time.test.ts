import { describe, expect, it } from 'vitest'
import { toChangeTimeMs, toClockText } from '../../../web/format/time.ts'

describe('the time of a change', () => {
  it('is its wall time', () => {
    const clusterTime = { $timestamp: { t: 5, i: 1 } }
    expect(toChangeTimeMs({ wallTime: '1970-01-01T00:00:01.250Z', clusterTime })).toBe(1_250)
  })

  it('is its cluster time where the server sends no wall time', () => {
    expect(toChangeTimeMs({ wallTime: null, clusterTime: { $timestamp: { t: 5, i: 1 } } })).toBe(5_000)
  })

  it.each([null, 'x', {}, { $timestamp: 1 }, { $timestamp: { t: 'x' } }])(
    'is unknown with neither: %j',
    (clusterTime) => {
      expect(toChangeTimeMs({ wallTime: null, clusterTime })).toBeNull()
    },
  )
})

describe('the clock text', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5, 6).getTime()

  it('has milliseconds, and no date on the same day', () => {
    expect(toClockText(time, time + 1_000)).toBe('03:04:05.006')
  })

  it('has the date on any other day', () => {
    expect(toClockText(time, time + 86_400_000)).toBe('2026-01-02 03:04:05.006')
  })
})
