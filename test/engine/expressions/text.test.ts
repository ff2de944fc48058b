import { describe, expect, it } from 'vitest'
import { Binary, Decimal128, Double, Long, MinKey, ObjectId, Timestamp } from '../../../src/bson/values.ts'
import { evaluate, expectError, titled, type ErrorRow, type Row } from './evaluate.ts'

const dec = (text: string): Decimal128 => Decimal128.fromString(text)
const oid = new ObjectId('65e000000000000000000001')
const date = new Date('2024-02-29T12:34:56.789Z')

const STRINGS: Row[] = [
  [{ $binarySize: 'é' }, '2'],
  [{ $binarySize: new Binary(Buffer.from('abc')) }, '3'],
  [{ $bsonSize: {} }, '5'],
]

const STRING_ERRORS: ErrorRow[] = []

const CONVERSIONS: Row[] = [
  [{ $type: '$gone' }, '"missing"'],
  [{ $type: 1 }, '"int"'],
  [{ $type: Long.fromInt(1) }, '"long"'],
  [{ $isNumber: dec('1') }, 'true'],
  [{ $toInt: '42' }, '42'],
  [{ $toInt: 1.9 }, '1'],
  [{ $toInt: -1.9 }, '-1'],
  [{ $toInt: dec('5.9') }, '5'],
  [{ $toInt: true }, '1'],
  [{ $toInt: null }, 'null'],
  [{ $toLong: '9223372036854775807' }, '9223372036854775807L'],
  [{ $toLong: date }, `${date.getTime()}L`],
  [{ $toLong: 1e18 }, '1000000000000000000L'],
  [{ $toDouble: '1.5e2' }, '150.0'],
  [{ $toDouble: false }, '0.0'],
  [{ $toDouble: date }, `${date.getTime()}.0`],
  [{ $toDecimal: 0.1 }, '0.100000000000000m'],
  [{ $toDecimal: new Double(-5.5) }, '-5.50000000000000m'],
  [{ $toDecimal: '1.10' }, '1.10m'],
  [{ $toDecimal: 3 }, '3m'],
  [{ $toString: 1.0 }, '"1"'],
  [{ $toString: 2.5 }, '"2.5"'],
  [{ $toString: 1e21 }, '"1e+21"'],
  [{ $toString: true }, '"true"'],
  [{ $toString: oid }, `"${oid.toHexString()}"`],
  [{ $toString: date }, '"2024-02-29T12:34:56.789Z"'],
  [{ $toString: dec('1.50') }, '"1.50"'],
  [{ $toBool: 'false' }, 'true'],
  [{ $toBool: '' }, 'true'],
  [{ $toBool: 0.0 }, 'false'],
  [{ $toBool: [[]] }, 'true'],
  [{ $toDate: Long.fromNumber(1000) }, '1970-01-01T00:00:01.000Z'],
  [{ $toDate: 1.9 }, '1970-01-01T00:00:00.001Z'],
  [{ $toDate: '2024-02-29' }, '2024-02-29T00:00:00.000Z'],
  [{ $toDate: '2024-02-29T12:34:56+02:00' }, '2024-02-29T10:34:56.000Z'],
  [{ $toDate: oid }, oid.getTimestamp().toISOString()],
  [{ $toDate: new Timestamp({ t: 5, i: 1 }) }, '1970-01-01T00:00:05.000Z'],
  [{ $toObjectId: oid.toHexString() }, JSON.stringify({ $oid: oid.toHexString() })],
  [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, '"bad"'],
  [{ $convert: { input: '$gone', to: 'int', onNull: 'none' } }, '"none"'],
  [{ $convert: { input: '5', to: 16 } }, '5'],
  [{ $convert: { input: '5', to: '$gone' } }, 'null'],
  [{ $convert: { input: 5, to: { type: 'string' } } }, '"5"'],
  [{ $convert: { input: {}, to: 'int', onError: '$gone' } }, 'missing'],
]

const CONVERSION_ERRORS: ErrorRow[] = [
  [{ $toInt: 'x' }, 241, /Failed to parse number 'x' in \$convert with no onError value: Bad digit/],
  [{ $toInt: '1.5' }, 241, /Did not consume whole string/],
  [{ $toInt: 3e9 }, 241, 'Conversion would overflow target type in $convert with no onError value: 3000000000'],
  [{ $toInt: NaN }, 241, /Attempt to convert NaN value to integer type/],
  [{ $toInt: Infinity }, 241, /Attempt to convert infinity value/],
  [{ $toInt: date }, 241, 'Unsupported conversion from date to int in $convert with no onError value'],
  [{ $toLong: '9223372036854775808' }, 241, /Overflow/],
  [{ $toDouble: 'abc' }, 241, /Failed to parse number 'abc'/],
  [{ $toDecimal: 'abc' }, 241, /Failed to parse number 'abc'/],
  [{ $toDate: 5 }, 241, 'Unsupported conversion from int to date in $convert with no onError value'],
  [{ $toDate: 'yesterday' }, 241, /Error parsing date string 'yesterday'/],
  [{ $toObjectId: 'abc' }, 241, /expected 24 but found 3/],
  [{ $toObjectId: 'z'.repeat(24) }, 241, /Invalid character found in hex string: 'z'/],
  [{ $toString: new MinKey() }, 241, 'Unsupported conversion from minKey to string in $convert with no onError value'],
  [{ $convert: { input: 1 } }, 9, "Missing 'to' parameter to $convert"],
  [{ $convert: { input: 1, to: 'nope' } }, 2, 'Unknown type name: nope'],
  [{ $convert: { input: 1, to: true } }, 9, /must be a string or number, but is bool/],
  [{ $convert: { input: 1, to: 'int', x: 1 } }, 9, 'Unrecognized argument to $convert: x'],
]

describe('strings', () => {
  it.each(titled(STRINGS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression)).toBe(result)
  })

  it.each(titled(STRING_ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })
})

describe('types and conversions', () => {
  it.each(titled(CONVERSIONS))('evaluates %s', (_, [expression, result]) => {
    expect(evaluate(expression)).toBe(result)
  })

  it.each(titled(CONVERSION_ERRORS))('refuses %s', (_, [expression, code, message]) => {
    expectError(expression, code, message)
  })
})
