import type { BsonValue } from './bson-fields.ts'
import { endOfName, endOfValue } from './bson-fields.ts'
import { decodeValue } from './decode.ts'
import type { EjsonFormat } from './ejson.ts'
import { toEjson, toIsoText, YEAR_10000 } from './ejson.ts'
import type { NameText } from './name-texts.ts'
import { createNameTexts } from './name-texts.ts'

/** From so many fields on, names that come again are looked for in a set. */
const MANY_FIELDS = 16

/** Texts up to so many bytes are looked at byte by byte. */
const SHORT_TEXT = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c

const names = createNameTexts()

/** A document in which JavaScript's objects would put fields in another order, or keep one of several. */
const REORDERED = Symbol('reordered')

/**
 * Writes a BSON value as Extended JSON text, the same as `JSON.stringify` of {@link toEjson} of the decoded value, byte by
 * byte.
 *
 * **Cost**: one pass over the bytes, half of what decoding, converting and writing take one after another. Rare types go
 * that way all the same. Recursion is as deep as the document, which servers limit to about 200.
 *
 * @throws RangeError for bytes that are no BSON, which no server sends
 */
export function toEjsonText(document: Buffer, value: BsonValue, format: EjsonFormat): string {
  return valueText(document, value.type, value.at, value.end, format)
}

function valueText(buffer: Buffer, type: number, at: number, end: number, format: EjsonFormat): string {
  const relaxed = format === 'RELAXED'
  switch (type) {
    case 0x01:
      return doubleText(buffer.readDoubleLE(at), relaxed)
    case 0x02:
      return stringText(buffer, at + 4, end - 1)
    case 0x03:
      return documentText(buffer, at, end, format)
    case 0x04:
      return arrayText(buffer, at, end, format)
    case 0x05:
      return binaryText(buffer, at, end)
    case 0x07:
      return `{"$oid":"${buffer.toString('hex', at, end)}"}`
    case 0x08:
      return buffer[at] === 1 ? 'true' : 'false'
    case 0x09:
      return dateText(buffer, at, relaxed)
    case 0x0a:
      return 'null'
    case 0x10:
      return relaxed ? String(buffer.readInt32LE(at)) : `{"$numberInt":"${buffer.readInt32LE(at)}"}`
    case 0x11:
      return `{"$timestamp":{"t":${buffer.readUInt32LE(at + 4)},"i":${buffer.readUInt32LE(at)}}}`
    case 0x12:
      return longText(buffer, at, relaxed)
    default:
      return decodedText(buffer, { type, at, end }, format)
  }
}

function documentText(buffer: Buffer, at: number, end: number, format: EjsonFormat): string {
  const text = fieldsText(buffer, at, end, format)
  return text === REORDERED ? decodedText(buffer, { type: 0x03, at, end }, format) : text
}

function fieldsText(buffer: Buffer, start: number, end: number, format: EjsonFormat): string | typeof REORDERED {
  const seen: NameText[] = []
  let many: Set<string> | undefined
  let text = ''
  for (let at = start + 4; at < end - 1;) {
    const type = buffer.readInt8(at)
    const endOfKey = endOfName(buffer, at + 1)
    const name = names.get(buffer, at + 1, endOfKey)
    if (name.isIndex || many?.has(name.text) === true || (!many && hasName(seen, name))) return REORDERED
    if (many) many.add(name.text)
    else if (seen.push(name) > MANY_FIELDS) many = new Set(seen.map((one) => one.text))
    at = endOfValue(buffer, type, endOfKey + 1)
    text += (text === '' ? '{' : ',') + name.text + valueText(buffer, type, endOfKey + 1, at, format)
  }
  return text === '' ? '{}' : `${text}}`
}

function hasName(seen: readonly NameText[], { hash, text }: NameText): boolean {
  for (const one of seen) if (one.hash === hash && one.text === text) return true
  return false
}

function arrayText(buffer: Buffer, start: number, end: number, format: EjsonFormat): string {
  let text = ''
  for (let at = start + 4; at < end - 1;) {
    const type = buffer.readInt8(at)
    const valueAt = endOfName(buffer, at + 1) + 1
    at = endOfValue(buffer, type, valueAt)
    text += (text === '' ? '[' : ',') + valueText(buffer, type, valueAt, at, format)
  }
  return text === '' ? '[]' : `${text}]`
}

function binaryText(buffer: Buffer, at: number, end: number): string {
  const subType = buffer[at + 4] ?? 0
  // the old generic subtype repeats the length inside
  const base64 = buffer.toString('base64', at + (subType === 2 ? 9 : 5), end)
  return `{"$binary":{"base64":"${base64}","subType":"${subType.toString(16).padStart(2, '0')}"}}`
}

function stringText(buffer: Buffer, at: number, end: number): string {
  // what is short and needs no escapes is put in quotes; looking at each byte is cheaper than to call out of JavaScript
  if (end - at > SHORT_TEXT) return JSON.stringify(buffer.toString('utf8', at, end))
  for (let i = at; i < end; i++) {
    const byte = buffer[i] ?? 0
    if (byte < 0x20 || byte > 0x7e || byte === QUOTE || byte === BACKSLASH) {
      return JSON.stringify(buffer.toString('utf8', at, end))
    }
  }
  return `"${buffer.toString('latin1', at, end)}"`
}

function doubleText(value: number, relaxed: boolean): string {
  if (relaxed && Number.isFinite(value) && !Object.is(value, -0)) return String(value)
  return JSON.stringify(toEjson(value, relaxed ? 'RELAXED' : 'CANONICAL'))
}

function longText(buffer: Buffer, at: number, relaxed: boolean): string {
  const number = longAt(buffer, at)
  if (Number.isSafeInteger(number)) return relaxed ? String(number) : `{"$numberLong":"${number}"}`
  return `{"$numberLong":"${buffer.readBigInt64LE(at)}"}`
}

function dateText(buffer: Buffer, at: number, relaxed: boolean): string {
  const ms = longAt(buffer, at)
  if (relaxed && ms >= 0 && ms < YEAR_10000) return `{"$date":"${toIsoText(ms)}"}`
  return `{"$date":{"$numberLong":"${buffer.readBigInt64LE(at)}"}}`
}

/** A 64-bit integer as a number: exact where that is a safe integer. */
function longAt(buffer: Buffer, at: number): number {
  return buffer.readInt32LE(at + 4) * 0x1_0000_0000 + buffer.readUInt32LE(at)
}

function decodedText(buffer: Buffer, value: BsonValue, format: EjsonFormat): string {
  return JSON.stringify(toEjson(decodeValue(buffer, value), format))
}
