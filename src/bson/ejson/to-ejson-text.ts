import { encodeDocument } from '../codec/encode.ts'
import { cstringEnd, valueLength } from '../codec/read.ts'
import { BSON_TYPE } from '../types.ts'
import { Decimal128, type BsonValue } from '../values.ts'
import { createNameTexts } from './name-texts.ts'
import { EXPONENT_FROM } from './read-number.ts'
import { HEADLESS, OLD_BINARY, OLD_BINARY_HEAD } from './wrappers.ts'

/**
 * How values are written. @see
 * https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export type EjsonFormat = 'RELAXED' | 'CANONICAL'

/** Milliseconds from which on ISO 8601 needs more than four digits for the year. */
const YEAR_10000 = 253_402_300_800_000

/** Texts up to so many bytes are looked at byte by byte. */
const SHORT_TEXT = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c

const names = createNameTexts()

/**
 * Writes a value in the bytes of a BSON document as Extended JSON v2 text, with all fields in their order, whatever
 * their names.
 *
 * Numbers of the relaxed form are plain only where every reader of JSON takes them for what they are: other than
 * MongoDB's own writers, 64-bit integers and whole doubles beyond 2^53 and the double -0 stay documents, instead of
 * losing digits, the type or the sign.
 *
 * **Cost**: one pass over the bytes, without decoding. Recursion is as deep as the document, which servers limit to
 * about 200.
 *
 * @throws CommandError InvalidBSON for bytes that are not BSON, which no server sends
 */
export function toEjsonText(bytes: Buffer, type: number, at: number, end: number, format: EjsonFormat): string {
  const relaxed = format === 'RELAXED'
  switch (type) {
    case BSON_TYPE.double:
      return doubleText(bytes.readDoubleLE(at), relaxed)
    case BSON_TYPE.string:
      return stringText(bytes, at + 4, end - 1)
    case BSON_TYPE.document:
      return documentText(bytes, at, end, format)
    case BSON_TYPE.array:
      return arrayText(bytes, at, end, format)
    case BSON_TYPE.binary:
      return binaryText(bytes, at, end)
    case BSON_TYPE.objectId:
      return `{"$oid":"${bytes.toString('hex', at, end)}"}`
    case BSON_TYPE.boolean:
      return bytes[at] === 0 ? 'false' : 'true'
    case BSON_TYPE.date:
      return dateText(bytes, at, relaxed)
    case BSON_TYPE.null:
      return 'null'
    case BSON_TYPE.int32:
      return relaxed ? String(bytes.readInt32LE(at)) : `{"$numberInt":"${bytes.readInt32LE(at)}"}`
    case BSON_TYPE.timestamp:
      return `{"$timestamp":{"t":${bytes.readUInt32LE(at + 4)},"i":${bytes.readUInt32LE(at)}}}`
    case BSON_TYPE.int64:
      return longText(bytes, at, relaxed)
    case BSON_TYPE.decimal128:
      return `{"$numberDecimal":"${new Decimal128(bytes.subarray(at, end)).toString()}"}`
    default:
      return rareText(bytes, type, at, end, format)
  }
}

/** Writes a decoded value as Extended JSON text. **Cost**: encodes it first. */
export function valueToEjsonText(value: BsonValue, format: EjsonFormat): string {
  const bytes = encodeDocument(new Map([['', value]]))
  // after the length, the type and the empty name
  return toEjsonText(bytes, bytes[4] as number, 6, bytes.length - 1, format)
}

function rareText(bytes: Buffer, type: number, at: number, end: number, format: EjsonFormat): string {
  switch (type) {
    case BSON_TYPE.regex: {
      const middle = cstringEnd(bytes, at, end)
      const options = [...bytes.toString('latin1', middle + 1, end - 1)].sort().join('')
      return `{"$regularExpression":{"pattern":${stringText(bytes, at, middle)},"options":${JSON.stringify(options)}}}`
    }
    case BSON_TYPE.code:
      return `{"$code":${stringText(bytes, at + 4, end - 1)}}`
    case BSON_TYPE.symbol:
      return `{"$symbol":${stringText(bytes, at + 4, end - 1)}}`
    case BSON_TYPE.codeWithScope: {
      const scopeAt = at + 8 + bytes.readInt32LE(at + 4)
      const code = stringText(bytes, at + 8, scopeAt - 1)
      return `{"$code":${code},"$scope":${documentText(bytes, scopeAt, end, format)}}`
    }
    case BSON_TYPE.dbPointer: {
      const id = bytes.toString('hex', end - 12, end)
      return `{"$dbPointer":{"$ref":${stringText(bytes, at + 4, end - 13)},"$id":{"$oid":"${id}"}}}`
    }
    case BSON_TYPE.minKey:
      return '{"$minKey":1}'
    case BSON_TYPE.maxKey:
      return '{"$maxKey":1}'
    default:
      return '{"$undefined":true}'
  }
}

function documentText(bytes: Buffer, start: number, end: number, format: EjsonFormat): string {
  let text = ''
  for (let at = start + 4; at < end - 1;) {
    const nameEnd = cstringEnd(bytes, at + 1, end)
    const name = names.get(bytes, at + 1, nameEnd)
    const type = bytes[at] as number
    at = nameEnd + 1 + valueLength(bytes, type, nameEnd + 1, end)
    text += (text === '' ? '{' : ',') + name + toEjsonText(bytes, type, nameEnd + 1, at, format)
  }
  return text === '' ? '{}' : `${text}}`
}

function arrayText(bytes: Buffer, start: number, end: number, format: EjsonFormat): string {
  let text = ''
  for (let at = start + 4; at < end - 1;) {
    const valueAt = cstringEnd(bytes, at + 1, end) + 1
    const type = bytes[at] as number
    at = valueAt + valueLength(bytes, type, valueAt, end)
    text += (text === '' ? '[' : ',') + toEjsonText(bytes, type, valueAt, at, format)
  }
  return text === '' ? '[]' : `${text}]`
}

function binaryText(bytes: Buffer, at: number, end: number): string {
  const subType = bytes[at + 4] as number
  if (subType !== OLD_BINARY) {
    return binaryJson(bytes.toString('base64', at + 5, end), subType.toString(16).padStart(2, '0'))
  }
  const dataAt = at + 5 + OLD_BINARY_HEAD
  return dataAt <= end && bytes.readInt32LE(at + 5) === end - dataAt
    ? binaryJson(bytes.toString('base64', dataAt, end), '02')
    : binaryJson(bytes.toString('base64', at + 5, end), HEADLESS)
}

function binaryJson(base64: string, subType: string): string {
  return `{"$binary":{"base64":"${base64}","subType":"${subType}"}}`
}

function stringText(bytes: Buffer, at: number, end: number): string {
  // what is short and needs no escapes is put in quotes; looking at each byte is cheaper than to call out of JavaScript
  if (end - at > SHORT_TEXT) return JSON.stringify(bytes.toString('utf8', at, end))
  for (let i = at; i < end; i++) {
    const byte = bytes[i] as number
    if (byte < 0x20 || byte > 0x7e || byte === QUOTE || byte === BACKSLASH) {
      return JSON.stringify(bytes.toString('utf8', at, end))
    }
  }
  return `"${bytes.toString('latin1', at, end)}"`
}

function doubleText(value: number, relaxed: boolean): string {
  if (relaxed && isPlain(value)) return String(value)
  if (Object.is(value, -0)) return '{"$numberDouble":"-0.0"}'
  return `{"$numberDouble":"${Number.isInteger(value) ? value.toFixed(1) : String(value)}"}`
}

function isPlain(value: number): boolean {
  if (!Number.isInteger(value)) return Number.isFinite(value)
  return (Number.isSafeInteger(value) && !Object.is(value, -0)) || Math.abs(value) >= EXPONENT_FROM
}

function longText(bytes: Buffer, at: number, relaxed: boolean): string {
  const number = longAt(bytes, at)
  if (Number.isSafeInteger(number)) return relaxed ? String(number) : `{"$numberLong":"${number}"}`
  return `{"$numberLong":"${bytes.readBigInt64LE(at)}"}`
}

function dateText(bytes: Buffer, at: number, relaxed: boolean): string {
  const ms = longAt(bytes, at)
  if (relaxed && ms >= 0 && ms < YEAR_10000) return `{"$date":"${toIsoText(ms)}"}`
  return `{"$date":{"$numberLong":"${bytes.readBigInt64LE(at)}"}}`
}

/** With milliseconds where there are any. */
function toIsoText(ms: number): string {
  const iso = new Date(ms).toISOString()
  return iso.endsWith('.000Z') ? `${iso.slice(0, -5)}Z` : iso
}

/** A 64-bit integer as a number: exact where that is a safe integer. */
function longAt(bytes: Buffer, at: number): number {
  return bytes.readInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
}
