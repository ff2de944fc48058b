import { describe, expect, it } from 'vitest'
import { isJsonWithin } from '../../../../src/relay/graphql/results/json-size.ts'

describe('isJsonWithin', () => {
  it.each([
    ['text', 'x'.repeat(100)],
    ['text that is longer in UTF-8', 'ü😀'.repeat(50)],
    ['text that is escaped', '\u0001"\\'.repeat(50)],
    ['documents and lists', { a: ['b', { c: 'd' }, []], '"': {}, e: 'f' }],
  ])('is exact to a few bytes for %s', (_name, value) => {
    const bytes = Buffer.byteLength(JSON.stringify(value))
    expect(isJsonWithin(value, bytes + 10)).toBe(true)
    expect(isJsonWithin(value, bytes - 1)).toBe(false)
  })

  it('never takes a number for shorter than it is', () => {
    for (const number of [-Number.MAX_VALUE, Number.MIN_VALUE, -1.2345678901234567e-300, true, null]) {
      expect(isJsonWithin(number, JSON.stringify(number).length - 1)).toBe(false)
      expect(isJsonWithin(number, 25)).toBe(true)
    }
  })

  it('stops at the limit', () => {
    const endless: unknown[] = []
    const value = new Proxy(endless, { get: (target, key) => (key === 'length' ? 1e12 : Reflect.get(target, key)) })
    expect(isJsonWithin(value, 1_000)).toBe(false)
  })
})
