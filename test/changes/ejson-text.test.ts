import { serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../src/changes/decode.ts'
import { toEjsonText } from '../../src/changes/ejson-text.ts'
import type { EjsonFormat } from '../../src/changes/ejson.ts'
import { toEjson } from '../../src/changes/ejson.ts'
import { anyBson } from './any-bson.ts'

const textOf = (bytes: Uint8Array, format: EjsonFormat) =>
  toEjsonText(Buffer.from(bytes), { type: 0x03, at: 0, end: bytes.length }, format)
const slowTextOf = (bytes: Uint8Array, format: EjsonFormat) => JSON.stringify(toEjson(decodeDocument(bytes), format))

/** The bytes of a document with the one field `a`, of this type and with these bytes. */
function bytesOf(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from([type, 0x61, 0]), value, Buffer.from([0])])
  bytes.writeInt32LE(bytes.length)
  return bytes
}

describe.each(['RELAXED', 'CANONICAL'] as const)('toEjsonText, %s', (format) => {
  it('writes what the decoded and converted document is written as, byte by byte', () => {
    fc.assert(
      fc.property(anyBson, (bytes) => {
        expect(textOf(bytes, format)).toBe(slowTextOf(bytes, format))
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    ['the dates at the ends of what 64 bits hold', 0x09, '0000000000000080'],
    ['a date that JavaScript cannot hold', 0x09, 'ffffffffffffff7f'],
    ['an undefined', 0x06, ''],
    ['a DBPointer', 0x0c, `020000006200${'01'.repeat(12)}`],
    ['the smallest integer', 0x12, '0000000000000080'],
    ['an integer just beyond what a double holds', 0x12, '0100000000002000'],
    ['the largest integer that a double holds', 0x12, 'ffffffffffff1f00'],
    ['its opposite', 0x12, '010000000000e0ff'],
    ['text that is no UTF-8', 0x02, '05000000ff61ed80' + '00'],
    ['a boolean that is neither', 0x08, '02'],
  ])('writes %s', (_name, type, hex) => {
    const bytes = bytesOf(type, Buffer.from(hex, 'hex'))
    expect(textOf(bytes, format)).toBe(slowTextOf(bytes, format))
  })

  it('writes one of several fields of one name, as before, wherever the others are', () => {
    for (const between of [0, 1, 15, 16, 40]) {
      const fields = [
        serialize({ x: 'first' }),
        ...Array.from({ length: between }, (_, n) => serialize({ [`f${n}`]: n })),
      ]
      const elements = [...fields, serialize({ x: { x: 'last' } })].map((bytes) => bytes.subarray(4, -1))
      const bytes = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)])
      bytes.writeInt32LE(bytes.length)
      expect(textOf(bytes, format)).toBe(slowTextOf(bytes, format))
    }
  })

  it('tells names apart however many there are and however long they are', () => {
    const long = 'n'.repeat(100)
    const names = [...Array.from({ length: 5_000 }, (_, n) => `n${n.toString(36)}`), long, `${long}x`]
    const bytes = serialize(Object.fromEntries(names.map((name) => [name, name])))
    for (let round = 0; round < 2; round++) expect(textOf(bytes, format)).toBe(slowTextOf(bytes, format))
  })
})

describe('toEjsonText, on what is no BSON', () => {
  it('throws', () => {
    expect(() => textOf(bytesOf(0x20, Buffer.alloc(4)), 'RELAXED')).toThrow(RangeError)
    expect(() => textOf(bytesOf(0x02, Buffer.from([100, 0, 0, 0, 0x61, 0])), 'RELAXED')).toThrow(RangeError)
  })
})
