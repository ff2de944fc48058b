import { describe, expect, it } from 'vitest'
import { fromEjson } from '../../../src/bson/ejson/from-ejson.ts'
import type { Json } from '../../../src/bson/ejson/json.ts'
import { parseJson } from '../../../src/bson/ejson/parse-json.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  WideDate,
  type BsonValue,
} from '../../../src/bson/values.ts'

const OID = '65a000000000000000000001'
const read = (text: string) => fromEjson(parseJson(text))

describe('fromEjson', () => {
  it.each<[string, BsonValue]>([
    ['1', new Int32(1)],
    ['-2147483649', Long.fromString('-2147483649')],
    ['9007199254740993', Long.fromString('9007199254740993')],
    ['-9223372036854775808', Long.MIN_VALUE],
    ['1.0', new Double(1)],
    ['-0', new Double(-0)],
    ['1e20', new Double(1e20)],
    ['{"$numberInt": "-1"}', new Int32(-1)],
    ['{"$numberLong": "9223372036854775807"}', Long.MAX_VALUE],
    ['{"$numberDouble": "-0.0"}', new Double(-0)],
    ['{"$numberDouble": "NaN"}', new Double(NaN)],
    ['{"$numberDouble": "1e+300"}', new Double(1e300)],
    ['{"$numberDecimal": "1E-6176"}', Decimal128.fromString('1E-6176')],
    [`{"$oid": "${OID}"}`, new ObjectId(OID)],
    ['{"$date": "2026-01-31T12:00:00.5+01:00"}', new Date('2026-01-31T11:00:00.500Z')],
    ['{"$date": "2024-02-29"}', new Date('2024-02-29T00:00:00Z')],
    ['{"$date": "0001-01-01T00:00:00Z"}', new Date('0001-01-01T00:00:00Z')],
    ['{"$date": {"$numberLong": "-1"}}', new Date(-1)],
    ['{"$date": {"$numberLong": "9223372036854775807"}}', new WideDate(9223372036854775807n)],
    ['{"$binary": {"base64": "AQ==", "subType": "80"}}', new Binary(Buffer.from([1]), 0x80)],
    ['{"$binary": {"base64": "AQ==", "subType": "02"}}', new Binary(Buffer.from([1, 0, 0, 0, 1]), 2)],
    [
      '{"$uuid": "00112233-4455-6677-8899-aabbccddeeff"}',
      new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4),
    ],
    ['{"$timestamp": {"t": 4294967295, "i": 0}}', new Timestamp({ t: 4294967295, i: 0 })],
    ['{"$regularExpression": {"pattern": "^a", "options": "xi"}}', new BSONRegExp('^a', 'ix')],
    ['{"$symbol": "s"}', new BSONSymbol('s')],
    ['{"$code": "f()"}', new Code('f()')],
    ['{"$scope": {"x": 1}, "$code": "f()"}', new CodeWithScope('f()', new Map([['x', new Int32(1)]]))],
    [`{"$dbPointer": {"$ref": "a.b", "$id": {"$oid": "${OID}"}}}`, new DbPointer('a.b', new ObjectId(OID))],
    ['{"$minKey": 1}', new MinKey()],
    ['{"$maxKey": 1}', new MaxKey()],
    ['{"$undefined": true}', UNDEFINED],
    [
      `{"$ref": "c", "$id": 1}`,
      new Map<string, BsonValue>([
        ['$ref', 'c'],
        ['$id', new Int32(1)],
      ]),
    ],
    ['{"$gt": {"$numberInt": "1"}}', new Map([['$gt', new Int32(1)]])],
    [
      '{"$regex": "a", "$options": "i"}',
      new Map([
        ['$regex', 'a'],
        ['$options', 'i'],
      ]),
    ],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toStrictEqual(expected)
  })

  it('keeps fields in their order, whatever their names', () => {
    const document = read('{"year": 2026, "7": "July", "__proto__": null, "1": "January", "": 0}')
    expect([...(document as Map<string, unknown>).keys()]).toEqual(['year', '7', '__proto__', '1', ''])
  })

  it('reads values that JavaScript has parsed', () => {
    expect(fromEjson({ a: [1, 2.5, 'x', null], n: 5n })).toStrictEqual(
      new Map<string, BsonValue>([
        ['a', [new Int32(1), new Double(2.5), 'x', null]],
        ['n', new Int32(5)],
      ]),
    )
    expect(fromEjson(1e21)).toEqual(new Double(1e21))
  })

  it.each([
    ['9223372036854775808', 'expected an integer of 64 bits'],
    ['1e400', 'expected a number that a double can hold, got 1e400'],
    ['1e-400', 'expected a number that a double can hold, got 1e-400'],
    [
      '{"a": {"b": [{"$numberLong": "9223372036854775808"}]}}',
      'at "a.b.0.$numberLong" expected an integer of 64 bits in a string, got "9223372036854775808"',
    ],
    ['{"$numberLong": "abc"}', 'expected an integer of 64 bits in a string'],
    ['{"$numberLong": ""}', 'expected an integer of 64 bits in a string'],
    ['{"$numberLong": "1.5"}', 'expected an integer of 64 bits in a string'],
    ['{"$numberLong": 5}', 'expected an integer of 64 bits in a string, got 5'],
    ['{"$numberInt": "2147483648"}', 'expected an integer of 32 bits in a string'],
    ['{"$numberInt": " 1"}', 'expected an integer of 32 bits in a string'],
    ['{"$numberDouble": "1e400"}', 'expected a double in a string'],
    ['{"$numberDouble": "0x10"}', 'expected a double in a string'],
    ['{"$numberDouble": ""}', 'expected a double in a string'],
    ['{"$numberDouble": 1.5}', 'expected a double in a string'],
    ['{"$numberDecimal": "1.2.3"}', 'expected a decimal number'],
    ['{"$numberDecimal": "12345678901234567890123456789012345"}', 'expected a decimal number'],
    ['{"$numberDecimal": "1E+7000"}', 'expected a decimal number'],
    ['{"$oid": "zz"}', 'expected 24 hexadecimal digits, got "zz"'],
    ['{"$oid": 5}', 'expected 24 hexadecimal digits'],
    ['{"$uuid": "0011"}', 'expected a UUID'],
    ['{"$binary": {"base64": "A", "subType": "00"}}', 'expected {"base64"'],
    ['{"$binary": {"base64": "AA==", "subType": "100"}}', 'expected {"base64"'],
    ['{"$binary": {"base64": "AA==", "subType": "00", "x": 1}}', 'expected {"base64"'],
    ['{"$binary": "AA==", "$type": "00"}', 'expected no other name beside it, got "$type"'],
    ['{"$timestamp": {"t": 4294967296, "i": 0}}', 'expected {"t": …, "i": …}'],
    ['{"$timestamp": {"t": -1, "i": 0}}', 'expected {"t": …, "i": …}'],
    ['{"$timestamp": {"t": 1}}', 'expected {"t": …, "i": …}'],
    ['{"$timestamp": 5}', 'expected {"t": …, "i": …}'],
    ['{"$date": "soon"}', 'expected a date such as'],
    ['{"$date": "2026-02-30T00:00:00Z"}', 'expected a date such as'],
    ['{"$date": "2026-01-31T24:00:00Z"}', 'expected a date such as'],
    ['{"$date": "2026-01-31T12:00:00"}', 'expected a date such as'],
    ['{"$date": "2026-01-31T12:00:00.123456Z"}', 'expected a date such as'],
    ['{"$date": "2026-01-31T12:00:00+99:00"}', 'expected a date such as'],
    ['{"$date": {"$numberLong": "9223372036854775808"}}', 'expected an integer of 64 bits'],
    ['{"$date": {"$numberInt": "1"}}', 'expected a date such as'],
    ['{"$date": 1.5}', 'expected a date such as'],
    ['{"$date": true}', 'expected a date such as'],
    ['{"$regularExpression": {"pattern": "a"}}', 'expected {"pattern"'],
    ['{"$regularExpression": {"pattern": "a", "options": "g"}}', 'expected {"pattern"'],
    ['{"$symbol": 1}', 'expected a string, got 1'],
    ['{"$code": "f()", "$scope": 1}', 'expected a document as `$scope`'],
    ['{"$dbPointer": {"$ref": "a", "$id": 1}}', 'expected {"$ref"'],
    ['{"$minKey": 2}', 'expected 1, got 2'],
    ['{"$undefined": false}', 'expected true, got false'],
    ['{"$oid": "65a000000000000000000001", "extra": 1}', 'at "$oid" expected no other name beside it, got "extra"'],
    ['{"a": "\\ud800"}', 'at "a" expected text, and no half of a surrogate pair'],
    ['{"a\\u0000b": 1}', 'expected a name without a zero byte'],
    ['{"a": 1, "b": 2, "a": 3}', 'has the name "a" twice in one document'],
    ['{', 'is not valid JSON: expected a name in double quotes at character 2, got the end'],
  ])('refuses %s', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ name: 'EjsonError', message: expect.stringContaining(message) }),
    )
  })

  it.each<[string, unknown, string]>([
    [
      'an integer that has lost digits',
      { n: 2 ** 53 },
      'at "n" expected an integer within ±2^53, because larger JSON numbers lose digits: write {"$numberLong": "…"}, got 9007199254740992',
    ],
    ['what is larger than any integer', 2 ** 63, 'lose digits'],
    ['what is larger than any double', [Infinity], 'at "0" expected a number that a double can hold, got Infinity'],
    ['what is not there', { a: undefined }, 'at "a" expected a JSON value, got undefined'],
    ['a hole in a list', new Array(1), 'at "0" expected a JSON value, got undefined'],
    ['an instance of an unknown class', { a: new Date(0) }, 'at "a" expected a JSON value, got a Date'],
    ['a function', () => 1, 'expected a JSON value'],
  ])('refuses %s', (_name, value, message) => {
    expect(() => fromEjson(value as Json)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    )
  })

  it.each([
    ['text', () => read('['.repeat(50_000) + ']'.repeat(50_000))],
    ['values', () => fromEjson(JSON.parse('{"a":'.repeat(4_000) + '1' + '}'.repeat(4_000)) as Json)],
  ])('refuses %s that nests so deep that it could exhaust the stack', (_name, run) => {
    expect(run).toThrow(/nests deeper than 2[01]0 levels/)
  })
})
