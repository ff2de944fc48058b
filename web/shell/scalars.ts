import { isoToMs, MAX_DATE_MS } from '../../src/bson/ejson/iso-date.ts'
import { quote } from './quote.ts'
import type { Scalar, ScalarType } from './value.ts'

const INTEGER = /^[+-]?[0-9]+$/
const REAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const NOT_FINITE = /^(?:NaN|-?Infinity)$/
const OBJECT_ID = /^[0-9a-f]{24}$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** More digits than an integer of 64 bits has are not looked at: big integers cost more than their digits. */
const MAX_INTEGER_LENGTH = 25
const MAX_UINT32 = 0xffff_ffff
const UUID_SUBTYPE = 4

/** Digits and exponents that a Decimal128 holds. */
const DECIMAL = { digits: 34, minExponent: -6176, maxExponent: 6111 }

function scalar(type: ScalarType, content: string, json: string, shell = json): Scalar {
  return { type, content, json, shell }
}

/** A scalar that the shell has no syntax for: in Extended JSON, which is read as well. */
export function toOther(json: string, shell = json): Scalar {
  return scalar('other', '', json, shell)
}

/** `null`, `true` or `false`. */
export function toLiteral(text: string): Scalar {
  return toOther(text)
}

/** A string. */
export function toString(text: string): Scalar {
  return scalar('string', text, quote(text))
}

/** The number of an integer's text; `undefined` where it is none of `bits` bits. */
export function toInteger(text: string, bits: 32 | 64): bigint | undefined {
  if (text.length > MAX_INTEGER_LENGTH || !INTEGER.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(bits, value) === value ? value : undefined
}

/** A 32-bit integer. */
export function toInt(text: string): Scalar | undefined {
  const value = toInteger(text, 32)
  return value === undefined ? undefined : scalar('int', String(value), `{"$numberInt":"${value}"}`, String(value))
}

/** A 64-bit integer. */
export function toLong(text: string): Scalar | undefined {
  const value = toInteger(text, 64)
  if (value === undefined) return undefined
  // without a type it would be of the smaller one, and the shell itself takes the larger ones for doubles
  const isPlain = toInteger(text, 32) === undefined && Number.isSafeInteger(Number(value))
  const shell = isPlain ? String(value) : `NumberLong("${value}")`
  return scalar('long', String(value), `{"$numberLong":"${value}"}`, shell)
}

/** A double; `undefined` for what is none, and for what is beyond the largest or below the smallest one. */
export function toDouble(text: string): Scalar | undefined {
  if (!REAL.test(text) && !NOT_FINITE.test(text)) return undefined
  const value = Number(text)
  const isLost = !NOT_FINITE.test(text) && (!Number.isFinite(value) || (value === 0 && /^[^eE]*[1-9]/.test(text)))
  if (isLost) return undefined
  const digits = Object.is(value, -0) ? '-0' : String(value)
  const content = /^-?[0-9]+$/.test(digits) ? `${digits}.0` : digits
  return scalar('double', content, `{"$numberDouble":"${content}"}`, content)
}

/** A number as it is written without a type: as in Extended JSON the smallest integer that holds it, or a double. */
export function toNumber(text: string): Scalar | undefined {
  if (INTEGER.test(text) && text !== '-0') return toInt(text) ?? toLong(text)
  return toDouble(text)
}

/** A Decimal128; `undefined` for what is none, and for what it would have to round. */
export function toDecimal(text: string): Scalar | undefined {
  if (!NOT_FINITE.test(text) && !fitsDecimal(text)) return undefined
  return toOther(`{"$numberDecimal":"${text}"}`, `NumberDecimal("${text}")`)
}

function fitsDecimal(text: string): boolean {
  if (!REAL.test(text)) return false
  const [mantissa = '', power = '0'] = text.toLowerCase().replace(/^[+-]/, '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = `${whole}${fraction}`.replace(/^0+/, '').length
  const exponent = Number(power) - fraction.length
  if (digits > DECIMAL.digits || Math.abs(exponent) > 2 * DECIMAL.maxExponent) return false
  // zeros at the end make a larger exponent smaller
  const room = digits === 0 ? Infinity : DECIMAL.digits - digits
  return digits === 0 || (exponent >= DECIMAL.minExponent && exponent <= DECIMAL.maxExponent + room)
}

/** A date from milliseconds since 1970. */
export function toDate(ms: bigint): Scalar {
  const json = `{"$date":{"$numberLong":"${ms}"}}`
  if (ms < -MAX_DATE_MS || ms > MAX_DATE_MS) return toOther(json)
  const iso = new Date(Number(ms)).toISOString()
  return scalar('date', iso, json, `ISODate("${iso}")`)
}

/**
 * A date from ISO 8601.
 *
 * @param zone what stands for a time zone that is not written; default: it must be written
 */
export function toIsoDate(text: string, zone = ''): Scalar | undefined {
  const iso = text.replace(' ', 'T')
  const ms = isoToMs(iso) ?? isoToMs(`${iso}${zone}`)
  return ms === undefined ? undefined : toDate(BigInt(ms))
}

/** An ObjectId. */
export function toObjectId(hex: string): Scalar | undefined {
  if (!OBJECT_ID.test(hex)) return undefined
  const id = hex.toLowerCase()
  return toOther(`{"$oid":"${id}"}`, `ObjectId("${id}")`)
}

/** A UUID. */
export function toUuid(text: string): Scalar | undefined {
  return UUID.test(text) ? toHexBinary(text.replaceAll('-', ''), UUID_SUBTYPE) : undefined
}

/** Bytes from hexadecimal digits. */
export function toHexBinary(hex: string, subtype: number): Scalar | undefined {
  if (!/^(?:[0-9a-f]{2})*$/i.test(hex)) return undefined
  return toBinary(btoa(hex.replaceAll(/../g, (byte) => String.fromCharCode(parseInt(byte, 16)))), subtype)
}

/** Bytes from base64. */
export function toBinary(base64: string, subtype: number): Scalar | undefined {
  if (!BASE64.test(base64) || !(subtype >= 0 && subtype <= 255)) return undefined
  const json = `{"$binary":{"base64":"${base64}","subType":"${subtype.toString(16).padStart(2, '0')}"}}`
  const uuid = subtype === UUID_SUBTYPE ? toUuidText(base64) : undefined
  return toOther(json, uuid === undefined ? `BinData(${subtype}, "${base64}")` : `UUID("${uuid}")`)
}

function toUuidText(base64: string): string | undefined {
  const hex = [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
  const [, ...parts] = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(hex) ?? []
  return parts.length === 0 ? undefined : parts.join('-')
}

/** A timestamp of two unsigned 32-bit integers. */
export function toTimestamp(t: string, i: string): Scalar | undefined {
  const parts = [t, i].map((text) => toInteger(text, 64))
  if (!parts.every((part) => part !== undefined && part >= 0 && part <= MAX_UINT32)) return undefined
  return toOther(`{"$timestamp":{"t":${parts[0]},"i":${parts[1]}}}`, `Timestamp(${parts[0]}, ${parts[1]})`)
}

/** What is less than every other value. */
export const MIN_KEY = toOther('{"$minKey":1}', 'MinKey()')
/** What is greater than every other value. */
export const MAX_KEY = toOther('{"$maxKey":1}', 'MaxKey()')
