import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { fromEjson } from '../../../src/bson/ejson/from-ejson.ts'
import { parseJson } from '../../../src/bson/ejson/parse-json.ts'
import { valueToEjsonText } from '../../../src/bson/ejson/to-ejson-text.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'
import { Mistake } from '../../../web/shell/mistake.ts'
import { MAX_LENGTH, parseShellDocument } from '../../../web/shell/parse.ts'
import { toJson, toShell } from '../../../web/shell/write.ts'
import { anyDocument } from '../../support/random/arbitrary.ts'

const ID = '65f0c1d2e3f4a5b6c7d8e9f0'
const toText = (text: string) => toJson(parseShellDocument(text))

function mistakeOf(text: string): Mistake {
  try {
    parseShellDocument(text)
  } catch (error) {
    if (error instanceof Mistake) return error
    throw error
  }
  throw new Error(`nothing is wrong with ${text}`)
}

/** Documents that may be in a filter: all but those with the type that is nothing to compare to. */
const document = anyDocument.filter((one) => !valueToEjsonText(one, 'CANONICAL').includes('"$undefined"'))

function toBytes(json: string): Buffer {
  return encodeDocument(fromEjson(parseJson(json)) as BsonDocument)
}

describe('the syntax of the shell', () => {
  it.each([
    ['{}', '{}'],
    ['', '{}'],
    [' \n ', '{}'],
    [`{status: 'paid',}`, '{"status":"paid"}'],
    [`status: "paid", address.city: 'Bern'`, '{"status":"paid","address.city":"Bern"}'],
    ['{"a.b": [1, [], {}, ], $or: [{0: true}, {é: null}]}', '{"a.b":[1,[],{}],"$or":[{"0":true},{"é":null}]}'],
    [`{a: '\\'"\\n\\x41\\u00e9\\u{1f600}\\q\\0'}`, `{"a":"'\\"\\nAé😀q\\u0000"}`],
    ['{a: -7, b: +7, c: .5, d: 5., e: 1e3}', '{"a":-7,"b":7,"c":0.5,"d":5.0,"e":1000.0}'],
    [
      '{a: 5000000000, b: 9007199254740993, c: -0}',
      '{"a":{"$numberLong":"5000000000"},"b":{"$numberLong":"9007199254740993"},"c":-0.0}',
    ],
    ['{a: NumberInt(5), b: NumberInt("5"), c: Int32(5)}', '{"a":5,"b":5,"c":5}'],
    ['{a: NumberLong(5), b: Long("5"), c: Double(5)}', '{"a":{"$numberLong":"5"},"b":{"$numberLong":"5"},"c":5.0}'],
    [
      '{a: NumberDecimal("1.10"), b: Decimal128("NaN")}',
      '{"a":{"$numberDecimal":"1.10"},"b":{"$numberDecimal":"NaN"}}',
    ],
    [`{_id: ObjectId("${ID}")}`, `{"_id":{"$oid":"${ID}"}}`],
    [`{_id: new ObjectId('${ID.toUpperCase()}')}`, `{"_id":{"$oid":"${ID}"}}`],
    ['{a: ISODate("2026-01-01")}', '{"a":{"$date":{"$numberLong":"1767225600000"}}}'],
    ['{a: ISODate("2026-01-01T01:00:00.5")}', '{"a":{"$date":{"$numberLong":"1767229200500"}}}'],
    [
      '{a: new Date("2026-01-01T01:00+01:00"), b: Date(-1)}',
      '{"a":{"$date":{"$numberLong":"1767225600000"}},"b":{"$date":{"$numberLong":"-1"}}}',
    ],
    [
      '{a: UUID("00112233-4455-6677-8899-aabbccddeeff")}',
      '{"a":{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}}}',
    ],
    ['{a: BinData(128, "AQID")}', '{"a":{"$binary":{"base64":"AQID","subType":"80"}}}'],
    ['{a: HexData(0, "010203")}', '{"a":{"$binary":{"base64":"AQID","subType":"00"}}}'],
    ['{a: Binary.createFromBase64("AQID", 0)}', '{"a":{"$binary":{"base64":"AQID","subType":"00"}}}'],
    ['{a: Timestamp(7, 1)}', '{"a":{"$timestamp":{"t":7,"i":1}}}'],
    ['{a: Timestamp({ t: 7, i: 1 })}', '{"a":{"$timestamp":{"t":7,"i":1}}}'],
    ['{a: MinKey, b: MaxKey()}', '{"a":{"$minKey":1},"b":{"$maxKey":1}}'],
    [
      '{a: [NaN, Infinity, -Infinity]}',
      '{"a":[{"$numberDouble":"NaN"},{"$numberDouble":"Infinity"},{"$numberDouble":"-Infinity"}]}',
    ],
  ])('reads %s', (text, ejson) => {
    const value = fromEjson(parseJson(ejson))
    expect(toText(text)).toBe(valueToEjsonText(value, 'CANONICAL'))
  })

  it('reads the Extended JSON of whatever document', () => {
    fc.assert(
      fc.property(document, fc.constantFrom('RELAXED' as const, 'CANONICAL' as const), (one, format) => {
        const text = valueToEjsonText(one, format)
        expect(toBytes(toText(text))).toEqual(toBytes(text))
      }),
      { numRuns: 400 },
    )
  })

  it('reads what it writes of whatever document as the same', () => {
    fc.assert(
      fc.property(document, (one) => {
        const value = parseShellDocument(valueToEjsonText(one, 'CANONICAL'))
        expect(toText(toShell(value))).toBe(toJson(value))
      }),
      { numRuns: 400 },
    )
  })
})

describe('a mistake', () => {
  it.each([
    ['{status: paid}', 'Expected a value (text needs quotes), got paid', 9],
    ['{a: undefined}', 'Expected a value ({$exists: false} finds fields that are missing), got undefined', 4],
    ['{"a": {"$undefined": true}}', 'Expected {$exists: false}, which finds fields that are missing, got true', 21],
    ['{a: ObjectID("x")}', 'Expected a value, perhaps ObjectId, got ObjectID', 4],
    [
      '{a: ObjectId("x")}',
      'Expected ObjectId("65f0c1d2e3f4a5b6c7d8e9f0") with 24 hexadecimal digits, got ObjectId("x")',
      4,
    ],
    ['{a: {$oid: "x"}}', 'Expected 24 hexadecimal digits in quotes, got "x"', 11],
    ['{a: {$minKey: 1, b: 2}}', 'Expected no other name beside $minKey, got b', 17],
    ['{"$numberInt": "1"}', 'Expected a document, such as {status: "paid"}, got {"$numberInt": "1"}', 0],
    ['{a: 1, a: 2}', 'Expected each name once, got a', 7],
    ['{a = 1}', 'Expected a colon, got =', 3],
    ['{a: > 1}', 'Expected an operator such as {$gt: 5}, got >', 4],
    ['{a: 1', 'Expected "," or "}", got the end', 5],
    ['{a: 1} b', 'Expected nothing after the document, got b', 7],
    ['a: 1 b: 2', 'Expected a comma, got b', 5],
    ['{a: "b', 'Expected " at the end of the string', 4],
    ['{a: “b”}', 'Expected straight quotes, " or \', got “', 4],
    ['{a: /b/}', 'Expected no regular expression: filters take none, got /', 4],
    ['{a: 1 // one\n}', 'Expected no comments, got /', 6],
    ['{a-b: 1}', 'Expected a name or a value (names that are no words need quotes), got -', 2],
    ['{a: "\\ud800"}', 'Expected text, and no half of a surrogate pair, got "\\ud800"', 4],
    ['{a: "\\u12"}', 'Expected an escape such as \\n, \\" or \\u00e9, got \\u', 5],
    ['{a: 12px}', 'Expected a number, got 12p', 4],
    ['{a: 017}', 'Expected a number without a zero before it, got 017', 4],
    ['{a: 1e999}', 'Expected a number that 64 bits can hold, or NumberDecimal("…"), got 1e999', 4],
    ['{a: process.exit()}', 'Expected a value; functions are not run, got process.exit', 4],
    [
      '{a: new Date("2026-01-01T12:00")}',
      'Expected new Date("2026-01-31T12:00:00Z") with a time zone, or milliseconds since 1970, got new Date("2026-01-01T12:…',
      4,
    ],
    ['[1]', 'Expected the name of a field, got [', 0],
  ])('in %s is said, with its place', (text, message, start) => {
    const mistake = mistakeOf(text)
    expect([mistake.message, mistake.start]).toEqual([message, start])
  })

  it('has a line and a column, from one', () => {
    const { line, column, start, end } = mistakeOf('{\n  a: 1,\n  b: oops\n}')
    expect({ line, column, start, end }).toEqual({ line: 3, column: 6, start: 15, end: 19 })
  })

  it('is all that is ever thrown, at a place in the text', () => {
    const pieces = ['{', '}', '[', ']', '(', ')', ',', ':', '"', "'", '\\', '\\u', '$gt', '$oid', 'new', 'ObjectId(']
    const more = [
      'Timestamp',
      'MinKey',
      '-',
      '+',
      '.',
      '0',
      '1e',
      'NaN',
      'undefined',
      ' ',
      '\n',
      '\ud800',
      '😀',
      '`',
      '/',
    ]
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces, ...more)).map((list) => list.join('')),
      fc.string({ unit: 'binary' }),
      document.chain((one) => {
        const whole = valueToEjsonText(one, 'CANONICAL')
        return fc
          .tuple(fc.nat(whole.length), fc.constantFrom(...pieces, ...more))
          .map(([at, piece]) => whole.slice(0, at) + piece + whole.slice(at + 1))
      }),
    )
    fc.assert(
      fc.property(text, (one) => {
        try {
          toBytes(toText(one))
        } catch (error) {
          expect(error).toBeInstanceOf(Mistake)
          const { start, end } = error as Mistake
          expect(0 <= start && start <= end && start <= one.length).toBe(true)
        }
      }),
      { numRuns: 1_500 },
    )
  })

  it.each([
    '{',
    '[',
    '{a:',
    '{a:[',
    'a:',
    'Date(',
    '"',
    '\\',
    '"\\',
    '-',
    '+.',
    '1',
    'é',
    'x.',
    ' ',
    '{},',
    'a:1,',
    'a',
  ])('is found at once in a long text of %s', (piece) => {
    const text = piece.repeat(Math.floor(MAX_LENGTH / piece.length))
    expect(mistakeOf(text.trim() === '' ? `${text.slice(1)}!` : text)).toBeInstanceOf(Mistake)
  })

  it('is a text that is too long, or nests too deep', () => {
    expect(mistakeOf('a'.repeat(MAX_LENGTH + 1)).message).toBe('Expected at most 50000 characters')
    expect(mistakeOf(`${'{a:'.repeat(101)}1${'}'.repeat(101)}`).message).toBe('Nests deeper than 100 levels')
    expect(toText(`${'{a:'.repeat(100)}1${'}'.repeat(100)}`)).toContain('$numberInt')
  })
})
