import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EJSON, serialize } from 'bson'
import { fromEjson } from '../../../src/bson/ejson/from-ejson.ts'
import { parseJson } from '../../../src/bson/ejson/parse-json.ts'
import { toEjsonText, valueToEjsonText, type EjsonFormat } from '../../../src/bson/ejson/to-ejson-text.ts'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { compareValues } from '../../../src/bson/compare.ts'
import {
  Binary,
  Code,
  DbPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  ObjectId,
  UNDEFINED,
  WideDate,
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'
import { anyDocument } from '../../support/random/arbitrary.ts'

const textOf = (bytes: Buffer, format: EjsonFormat) => toEjsonText(bytes, 3, 0, bytes.length, format)

/** The bytes of a document with the one field `a`, of this type and with these bytes. */
function bytesOf(type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from([type, 0x61, 0]), value, Buffer.from([0])])
  bytes.writeInt32LE(bytes.length)
  return bytes
}

/** A document of the fields of several, also of the same name. */
function joined(...documents: Uint8Array[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(4), ...documents.map((one) => one.subarray(4, -1)), Buffer.alloc(1)])
  bytes.writeInt32LE(bytes.length)
  return bytes
}

describe('Extended JSON text', () => {
  it('in the canonical format is read back as the very same bytes', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const bytes = encodeDocument(document)
        const read = fromEjson(parseJson(textOf(bytes, 'CANONICAL')))
        expect(encodeDocument(read as BsonDocument).equals(bytes)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('in the relaxed format is read back as an equal document, with all names in their order', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const read = fromEjson(parseJson(textOf(encodeDocument(document), 'RELAXED'))) as BsonDocument
        expect(compareValues(read, document)).toBe(0)
        expect([...read.keys()]).toEqual([...document.keys()])
      }),
      { numRuns: 1_000 },
    )
  })

  it('in the relaxed format is read back by JavaScript without a loss, where it does not change the order', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const text = textOf(encodeDocument(document), 'RELAXED')
        fc.pre(!/"\d+":/.test(text))
        expect(compareValues(fromEjson(JSON.parse(text)), document)).toBe(0)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each<[BsonValue, relaxed: string, canonical: string]>([
    [new Int32(1), '1', '{"$numberInt":"1"}'],
    [new Double(1), '1', '{"$numberDouble":"1.0"}'],
    [new Double(1.5), '1.5', '{"$numberDouble":"1.5"}'],
    [new Double(-0), '{"$numberDouble":"-0.0"}', '{"$numberDouble":"-0.0"}'],
    [new Double(NaN), '{"$numberDouble":"NaN"}', '{"$numberDouble":"NaN"}'],
    [new Double(2 ** 60), '{"$numberDouble":"1152921504606846976.0"}', '{"$numberDouble":"1152921504606846976.0"}'],
    [new Double(1e300), '1e+300', '{"$numberDouble":"1e+300"}'],
    [Long.fromString('9007199254740991'), '9007199254740991', '{"$numberLong":"9007199254740991"}'],
    [Long.fromString('9007199254740993'), '{"$numberLong":"9007199254740993"}', '{"$numberLong":"9007199254740993"}'],
    [Long.MIN_VALUE, '{"$numberLong":"-9223372036854775808"}', '{"$numberLong":"-9223372036854775808"}'],
    [Decimal128.fromString('1.10'), '{"$numberDecimal":"1.10"}', '{"$numberDecimal":"1.10"}'],
    [new Date(0), '{"$date":"1970-01-01T00:00:00Z"}', '{"$date":{"$numberLong":"0"}}'],
    [new Date(5), '{"$date":"1970-01-01T00:00:00.005Z"}', '{"$date":{"$numberLong":"5"}}'],
    [new Date(-1), '{"$date":{"$numberLong":"-1"}}', '{"$date":{"$numberLong":"-1"}}'],
    [
      new WideDate(2n ** 63n - 1n),
      '{"$date":{"$numberLong":"9223372036854775807"}}',
      '{"$date":{"$numberLong":"9223372036854775807"}}',
    ],
    [
      new Binary(Buffer.from([1, 0, 0, 0, 9]), 2),
      '{"$binary":{"base64":"CQ==","subType":"02"}}',
      '{"$binary":{"base64":"CQ==","subType":"02"}}',
    ],
    [new Code('f("")'), '{"$code":"f(\\"\\")"}', '{"$code":"f(\\"\\")"}'],
    [UNDEFINED, '{"$undefined":true}', '{"$undefined":true}'],
    [
      new DbPointer('a', new ObjectId('01'.repeat(12))),
      `{"$dbPointer":{"$ref":"a","$id":{"$oid":"${'01'.repeat(12)}"}}}`,
      `{"$dbPointer":{"$ref":"a","$id":{"$oid":"${'01'.repeat(12)}"}}}`,
    ],
  ])('of %o is %s, and %s where it is canonical', (value, relaxed, canonical) => {
    expect(valueToEjsonText(value, 'RELAXED')).toBe(relaxed)
    expect(valueToEjsonText(value, 'CANONICAL')).toBe(canonical)
  })

  it('has all fields in their order, also those of the same name', () => {
    const bytes = joined(
      serialize({ year: 'x' }),
      serialize({ 7: 'a' }),
      serialize({ 1: 'b' }),
      serialize({ year: 'y' }),
    )
    expect(textOf(bytes, 'RELAXED')).toBe('{"year":"x","7":"a","1":"b","year":"y"}')
  })

  it('of text that is not UTF-8 is text all the same', () => {
    const bytes = bytesOf(2, Buffer.from('05000000ff61ed8000', 'hex'))
    expect(JSON.parse(textOf(bytes, 'RELAXED'))).toEqual({ a: Buffer.from('ff61ed80', 'hex').toString() })
  })

  it('tells names apart however many there are and however long they are', () => {
    const long = 'n'.repeat(100)
    const names = [...Array.from({ length: 5_000 }, (_, n) => `n${n.toString(36)}`), long, `${long}x`]
    const plain = Object.fromEntries(names.map((name) => [name, name]))
    const bytes = Buffer.from(serialize(plain))
    for (let round = 0; round < 2; round++) expect(textOf(bytes, 'RELAXED')).toBe(EJSON.stringify(plain))
  })

  it('is not made of what is not BSON', () => {
    expect(() => textOf(bytesOf(0x20, Buffer.alloc(4)), 'RELAXED')).toThrow('Invalid BSON')
    expect(() => textOf(bytesOf(0x02, Buffer.from([100, 0, 0, 0, 0x61, 0])), 'RELAXED')).toThrow('Invalid BSON')
  })
})
