import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, deserialize, Double, Int32, Long } from 'bson'
import { MaxKey, MinKey, ObjectId, serialize, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import { decodeDocument } from '../../src/changes/decode.ts'
import { toEjson } from '../../src/changes/ejson.ts'

/** The bytes of a document with the one field `a`, of this type and with these bytes. */
function bytesOf(type: number, value: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32LE(4 + 3 + value.length + 1)
  return Buffer.concat([length, Buffer.from([type, 0x61, 0]), value, Buffer.from([0])])
}

const every = {
  double: new Double(0.1),
  string: 'ä\u0000\u{1F600}',
  document: { nested: { deeper: new Int32(1) }, empty: {} },
  list: [new Int32(1), ['a', []], {}],
  binary: new Binary(Buffer.from('abc'), 0x80),
  uuid: new Binary(Buffer.alloc(16, 7), 4),
  old: new Binary(Buffer.from('abc'), 2),
  oid: new ObjectId(),
  yes: true,
  no: false,
  date: new Date(-1),
  nothing: null,
  regex: new BSONRegExp('^a/', 'ix'),
  code: new Code('f()'),
  scoped: new Code('f()', { x: new Int32(1) }),
  symbol: new BSONSymbol('s'),
  int: new Int32(-2147483648),
  timestamp: new Timestamp({ t: 4294967295, i: 4294967295 }),
  long: Long.MIN_VALUE,
  decimal: new Decimal128('-1.50E+10'),
  min: new MinKey(),
  max: new MaxKey(),
  '': 'empty key',
  'a.b': 'dotted',
}

describe('decodeDocument', () => {
  it('decodes every type as bson does', () => {
    const bytes = serialize(every)
    const expected = deserialize(bytes, { promoteValues: false, bsonRegExp: true })
    expect(decodeDocument(bytes)).toEqual(expected)
    expect(Object.keys(decodeDocument(bytes))).toEqual(Object.keys(every))
    expect(serialize(decodeDocument(bytes))).toEqual(bytes)
  })

  it('reads within a larger buffer', () => {
    const bytes = serialize({ a: 'b' })
    const larger = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)])
    expect(decodeDocument(larger.subarray(3, 3 + bytes.length))).toEqual({ a: 'b' })
  })

  it('keeps a date that JavaScript cannot hold', () => {
    const ms = Buffer.alloc(8)
    ms.writeBigInt64LE(9_223_372_036_854_775_807n)
    const expected = { a: { $date: { $numberLong: '9223372036854775807' } } }
    expect(toEjson(decodeDocument(bytesOf(0x09, ms)), 'RELAXED')).toEqual(expected)
  })

  it('keeps a document that looks like a reference', () => {
    const document = { a: { $ref: 'db.coll', $id: new Int32(1), $other: 'x' } }
    const expected = { a: { $ref: 'db.coll', $id: 1, $other: 'x' } }
    expect(toEjson(decodeDocument(serialize(document)), 'RELAXED')).toEqual(expected)
  })

  it('keeps undefined and a DBPointer, which nobody writes any more', () => {
    expect(toEjson(decodeDocument(bytesOf(0x06, Buffer.alloc(0))), 'RELAXED')).toEqual({ a: { $undefined: true } })
    const pointer = Buffer.concat([Buffer.from([2, 0, 0, 0, 0x62, 0]), Buffer.alloc(12, 1)])
    expect(toEjson(decodeDocument(bytesOf(0x0c, pointer)), 'RELAXED')).toEqual({
      a: { $dbPointer: { $ref: 'b', $id: { $oid: '01'.repeat(12) } } },
    })
  })

  it('keeps a key named __proto__ as a key', () => {
    const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}}')
    const decoded = decodeDocument(serialize(hostile as object))
    expect(Object.keys(decoded)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype)
  })

  it.each([
    ['an unknown type', bytesOf(0x20, Buffer.alloc(4))],
    ['a value that is cut off', bytesOf(0x07, Buffer.alloc(4))],
    ['no bytes', Buffer.alloc(0)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeDocument(bytes)).toThrow(RangeError)
  })
})
