import { describe, expect, it } from 'vitest'
import { weigh } from '../../../web/json/weigh.ts'

describe('the weight of a value', () => {
  it('grows with strings and with keys', () => {
    expect(weigh('x'.repeat(1_000), Infinity)).toBeGreaterThanOrEqual(1_000)
    expect(weigh({ ['k'.repeat(1_000)]: 1 }, Infinity)).toBeGreaterThanOrEqual(1_000)
    expect(
      weigh(
        Array.from({ length: 1_000 }, () => 1),
        Infinity,
      ),
    ).toBeGreaterThanOrEqual(1_000)
  })

  it('walks any depth of nesting', () => {
    let value: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) value = { a: value }
    expect(weigh(value, Infinity)).toBeGreaterThanOrEqual(100_000)
  })

  it('stops counting soon after its limit', () => {
    const value = {
      get a(): string {
        return 'x'.repeat(100)
      },
      b: 'y'.repeat(100),
    }
    expect(weigh(value, 50)).toBeLessThan(200)
  })
})
