import { serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../src/changes/decode.ts'
import { compileFilter } from '../../src/changes/match/filter.ts'
import { MISSING } from '../../src/changes/match/values.ts'
import { RawDocument } from '../../src/changes/raw-document.ts'
import { anyBson } from './any-bson.ts'

describe('RawDocument', () => {
  it('has the fields that the decoded document has', () => {
    fc.assert(
      fc.property(anyBson, (bytes) => {
        const expected = decodeDocument(bytes)
        const raw = new RawDocument(bytes)
        for (const name of Object.keys(expected)) expect(raw.value(name)).toEqual(expected[name])
        expect(raw.decode()).toEqual(expected)
      }),
    )
  })

  it('has no other fields, whatever their names share with those that there are', () => {
    const raw = new RawDocument(serialize({ ab: 'c\0d', 'ä\u{1F600}': 1, '': 2 }))
    for (const name of ['a', 'abc', 'b', 'c', 'ab\0', 'ab\0c', 'ä', 'ã¤', '__proto__', 'toString']) {
      expect(raw.field(name)).toBe(MISSING)
    }
    expect(['ab', 'ä\u{1F600}', ''].map((name) => raw.field(name)).map(String)).toEqual(['c\0d', '1', '2'])
  })

  it('keeps a key named __proto__ as a key, and nothing of a prototype', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}}')
    const raw = new RawDocument(serialize(hostile as object))
    expect(raw.value('__proto__')).toEqual({ polluted: true })
    expect(raw.field('polluted')).toBe(MISSING)
  })

  it('gives the last of several fields of one name, as the decoded document does', () => {
    const [a, b] = [serialize({ x: 'first' }), serialize({ x: 'second' })]
    const bytes = Buffer.concat([Buffer.alloc(4), a.subarray(4, -1), b.subarray(4)])
    bytes.writeInt32LE(bytes.length)
    expect(new RawDocument(bytes).field('x')).toBe('second')
    expect(decodeDocument(bytes)).toEqual({ x: 'second' })
  })

  it('reads within a larger buffer', () => {
    const bytes = serialize({ a: { b: 'c' } })
    const larger = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)])
    expect(new RawDocument(larger.subarray(3, -3)).value('a')).toEqual({ b: 'c' })
  })

  it('decodes a field once', () => {
    const raw = new RawDocument(serialize({ a: { b: { c: 1 } } }))
    expect(raw.field('a')).toBe(raw.field('a'))
    expect(raw.value('a')).toBe(raw.value('a'))
  })

  it('refuses what is no BSON', () => {
    const broken = Buffer.from(serialize({ a: 'b', c: 'd' }))
    broken.writeInt32LE(1_000, 7)
    for (const bytes of [broken, Buffer.alloc(0), Buffer.from([9, 0, 0, 0, 0x20, 0x61, 0, 1, 0])]) {
      expect(() => new RawDocument(bytes).field('c')).toThrow(RangeError)
    }
  })
})

describe('a filter', () => {
  it('takes of a raw document what it takes of the decoded one', () => {
    const name = fc.constantFrom('a', 'b', '0', '__proto__', 'ä')
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('.'))
    const condition = fc.constantFrom(
      { $exists: true },
      { $exists: false },
      { $type: 'object' },
      { $type: 'array' },
      { $size: 1 },
      { $gte: 0 },
      { $ne: null },
      { $eq: {} },
      { $in: [[], 'x', true] },
      { $elemMatch: { a: { $exists: true } } },
    )
    fc.assert(
      fc.property(anyBson, path, condition, (bytes, where, operators) => {
        const test = compileFilter(Object.fromEntries([[where, operators]]))
        expect(test(new RawDocument(bytes))).toBe(test(decodeDocument(bytes)))
      }),
      { numRuns: 2_000 },
    )
  })
})
