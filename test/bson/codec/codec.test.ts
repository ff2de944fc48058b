import { BSON } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../src/bson/codec/decode.ts'
import { encodeDocument, RawDocument } from '../../../src/bson/codec/encode.ts'
import { elements } from '../../../src/bson/codec/read.ts'
import { doc, Int32 } from '../../../src/bson/values.ts'
import { CommandError } from '../../../src/bson/command-error.ts'

const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } =
  BSON

/** One element per BSON type, as the official codec writes it. */
const everyType = Buffer.from(
  BSON.serialize({
    double: new Double(2),
    negativeZero: new Double(-0),
    nan: new Double(NaN),
    string: 'héllo \0 𝄞',
    long: Long.MIN_VALUE,
    empty: {},
    array: [1, [], [[null]]],
    binary: new Binary(Buffer.from([0, 255]), 0x80),
    oldBinary: new Binary(Buffer.from([1, 2, 3]), 2),
    uuid: new UUID('123e4567-e89b-12d3-a456-426614174000'),
    id: new ObjectId('0123456789abcdef01234567'),
    yes: true,
    date: new Date(-1),
    nothing: null,
    regex: new BSONRegExp('^a', 'im'),
    code: new Code('f()'),
    scoped: new Code('f()', { x: 1 }),
    symbol: new BSONSymbol('s'),
    int: new Int32(-7),
    timestamp: new Timestamp({ t: 4294967295, i: 1 }),
    decimal: Decimal128.fromString('1.10'),
    min: new MinKey(),
    max: new MaxKey(),
    '': { 'a.b': 1, $c: 2 },
  }),
)

/** `{ <name>: <value> }` byte by byte, for what the official codec cannot write. */
function oneElement(type: number, value: number[]): Buffer {
  return Buffer.from([...[8 + value.length, 0, 0, 0], type, 0x61, 0, ...value, 0])
}

describe('BSON codec', () => {
  it('writes back the bytes that it read, for every type', () => {
    expect(encodeDocument(decodeDocument(everyType)).equals(everyType)).toBe(true)
  })

  it('keeps the deprecated types undefined and DBPointer', () => {
    for (const bytes of [
      oneElement(0x06, []),
      oneElement(0x0c, [2, 0, 0, 0, 0x62, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
    ]) {
      expect(encodeDocument(decodeDocument(bytes)).equals(bytes)).toBe(true)
    }
  })

  it('keeps dates that JavaScript cannot represent', () => {
    const bytes = oneElement(0x09, [0, 0, 0, 0, 0, 0, 0, 0x80])
    expect(encodeDocument(decodeDocument(bytes)).equals(bytes)).toBe(true)
  })

  it('keeps the order of integer-like names, and names that objects treat specially', () => {
    const names = ['b', '1', '__proto__', 'constructor', '_bsontype', 'toBSON', '0']
    const bytes = encodeDocument(new Map(names.map((name, i) => [name, new Int32(i)])))
    expect([...decodeDocument(bytes).keys()]).toEqual(names)
    expect([...elements(bytes)].map((element) => element.name)).toEqual(names)
  })

  it('writes documents of any size, growing its buffer anywhere', () => {
    for (let size = 0; size < 200_000; size = size * 2 + 997) {
      const bytes = encodeDocument(
        doc({ text: 'x'.repeat(size), list: Array.from({ length: size / 10 }, (_, i) => new Int32(i)) }),
      )
      expect(BSON.deserialize(bytes)).toEqual({
        text: 'x'.repeat(size),
        list: Array.from({ length: size / 10 }, (_, i) => i),
      })
    }
  })

  it('writes an encoded document as it is', () => {
    const inner = encodeDocument(doc({ a: new Int32(1) }))
    const outer = encodeDocument(new Map([['list', [new RawDocument(inner)]]]))
    expect(BSON.deserialize(outer)).toEqual({ list: [{ a: 1 }] })
  })

  it('refuses nesting beyond 200 levels in both directions', () => {
    let nested = doc({})
    for (let i = 0; i < 5_000; i++) nested = doc({ a: nested })
    expect(() => encodeDocument(nested)).toThrow(CommandError)
    let bytes = Buffer.from([5, 0, 0, 0, 0])
    for (let i = 0; i < 300; i++) {
      const length = Buffer.alloc(4)
      length.writeInt32LE(bytes.length + 8)
      bytes = Buffer.concat([length, Buffer.from([0x03, 0x61, 0]), bytes, Buffer.from([0])])
    }
    expect(() => decodeDocument(bytes)).toThrow(expect.objectContaining({ codeName: 'Overflow' }))
  })

  it('answers every truncation and every single changed byte with a CommandError or a document', () => {
    for (let length = 0; length < everyType.length; length++) {
      expect(() => decodeDocument(everyType.subarray(0, length))).toThrow(CommandError)
    }
    for (let at = 0; at < everyType.length; at++) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const broken = Buffer.from(everyType)
        broken[at] = (broken[at] as number) ^ flip
        try {
          decodeDocument(broken)
        } catch (error) {
          expect(error).toBeInstanceOf(CommandError)
        }
      }
    }
  })
})
