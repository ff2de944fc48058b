import { describe, expect, it } from 'vitest'
import { toShortKey } from '../../../web/format/document-key.ts'

describe('the short document key', () => {
  it.each([
    [{ _id: { $oid: '65f0c1d2e3f4a5b6c7d8e9f0' } }, '65f0c1d2e3f4a5b6c7d8e9f0'],
    [{ _id: 7 }, '7'],
    [{ _id: '<b>x</b>' }, '<b>x</b>'],
    [{ _id: null }, 'null'],
    [{ _id: { a: 1, b: 2 } }, '{ "a": 1, "b": 2 }'],
    [{ region: 'eu', _id: { $oid: '65f0c1d2e3f4a5b6c7d8e9f0' } }, 'region: eu, _id: 65f0c1d2e3f4a5b6c7d8e9f0'],
    [null, ''],
    [undefined, ''],
  ])('is readable: %j', (documentKey, text) => {
    expect(toShortKey(documentKey)).toBe(text)
  })

  it.each([
    { _id: 'x'.repeat(1_000_000) },
    { _id: { deep: 'x'.repeat(1_000_000) } },
    { ['x'.repeat(1_000_000)]: 1, _id: 'x'.repeat(1_000_000) },
  ])('is short whatever the key', (documentKey) => {
    expect(toShortKey(documentKey).length).toBeLessThanOrEqual(48)
  })

  it('keeps both ends of a long key', () => {
    expect(toShortKey({ _id: `start${'x'.repeat(100)}end` })).toMatch(/^start.*…x*end$/)
  })
})
