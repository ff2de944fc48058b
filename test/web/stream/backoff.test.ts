import { describe, expect, it } from 'vitest'
import { toBackoffMs } from '../../../web/stream/backoff.ts'

describe('the back-off', () => {
  it('spreads each wait over its upper half', () => {
    expect(toBackoffMs(2, 0)).toBe(2_000)
    expect(toBackoffMs(2, 1)).toBe(1_000)
  })

  it('stays capped however many failures there were', () => {
    expect(toBackoffMs(5_000, 0)).toBe(15_000)
  })
})
