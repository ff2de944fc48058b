import { serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../src/bson/codec/decode.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import { anyBson } from '../../support/random/arbitrary.ts'

describe('LazyDocument', () => {
  it('has the fields that the decoded document has', () => {
    fc.assert(
      fc.property(anyBson, (bytes) => {
        const expected = decodeDocument(bytes)
        const lazy = new LazyDocument(bytes)
        for (const [name, value] of expected) expect(lazy.value(name)).toEqual(value)
        expect(lazy.decode()).toEqual(expected)
      }),
    )
  })

  it('has no other fields, whatever their names share with those that there are', () => {
    const lazy = new LazyDocument(serialize({ ab: 'c\0d', 'ä\u{1F600}': 1, '': 2 }))
    for (const name of ['a', 'abc', 'b', 'c', 'ab\0', 'ab\0c', 'ä', 'ã¤', '__proto__', 'toString']) {
      expect(lazy.field(name)).toBeUndefined()
    }
    expect(['ab', 'ä\u{1F600}', ''].map((name) => lazy.field(name)).map(String)).toEqual(['c\0d', '1', '2'])
  })

  it('gives the last of several fields of one name, as the decoded document does', () => {
    const [a, b] = [serialize({ x: 'first' }), serialize({ x: 'second' })]
    const bytes = Buffer.concat([Buffer.alloc(4), a.subarray(4, -1), b.subarray(4)])
    bytes.writeInt32LE(bytes.length)
    expect(new LazyDocument(bytes).field('x')).toBe('second')
    expect(decodeDocument(bytes).get('x')).toBe('second')
  })

  it('reads within a larger buffer, and is written as its bytes', () => {
    const bytes = serialize({ a: { b: 'c' } })
    const larger = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)])
    const lazy = new LazyDocument(larger.subarray(3, -3))
    expect(lazy.value('a')).toEqual(new Map([['b', 'c']]))
    expect(encodeDocument(new Map([['x', lazy]])).equals(Buffer.from(serialize({ x: { a: { b: 'c' } } })))).toBe(true)
  })

  it('decodes and writes a field once', () => {
    const lazy = new LazyDocument(serialize({ a: { b: { c: 1 } } }))
    expect(lazy.field('a')).toBe(lazy.field('a'))
    expect(lazy.value('a')).toBe(lazy.value('a'))
    expect(lazy.fieldText('a', 'RELAXED')).toBe(lazy.fieldText('a', 'RELAXED'))
    expect(lazy.fieldText('a', 'CANONICAL')?.text).toBe('{"b":{"c":{"$numberInt":"1"}}}')
  })

  it('refuses what is not BSON', () => {
    const broken = Buffer.from(serialize({ a: 'b', c: 'd' }))
    broken.writeInt32LE(1_000, 7)
    for (const bytes of [broken, Buffer.alloc(0), Buffer.from([9, 0, 0, 0, 0x20, 0x61, 0, 1, 0])]) {
      expect(() => new LazyDocument(bytes).field('c')).toThrow('Invalid BSON')
    }
  })
})
