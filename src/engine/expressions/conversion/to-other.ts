import {
  Binary,
  type BsonValue,
  Decimal128,
  Double,
  isNumber,
  Long,
  ObjectId,
  Timestamp,
  toNumber,
  typeName,
  type WideDate,
  Int32,
  type BsonNumber,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { coerceToDate, isDateValue, toDateValue } from '../dates/instant.ts'
import { parseDate } from '../dates/parse.ts'
import { isTruthy } from '../../../bson/truth.ts'
import { ConversionError, unparsable, unsupported } from './errors.ts'
import { toLong } from './to-number.ts'

/** Converts to a boolean: numbers by being zero or not, all else is true. */
export function toBool(value: BsonValue): boolean {
  return isTruthy(value)
}

/** Converts to a string. */
export function toText(value: BsonValue): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (isNumber(value)) return numberText(value)
  if (value instanceof ObjectId) return value.toHexString()
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Binary && value.sub_type === Binary.SUBTYPE_UUID && value.position === 16) {
    return value.toUUID().toString()
  }
  throw unsupported(typeName(value), 'string')
}

/** Converts to an object id: 24 hexadecimal digits. */
export function toObjectId(value: BsonValue): ObjectId {
  if (value instanceof ObjectId) return value
  if (typeof value !== 'string') throw unsupported(typeName(value), 'objectId')
  if (value.length !== 24) {
    const why = `Invalid string length for parsing to OID, expected 24 but found ${value.length}.`
    throw unparsable('objectId', value, why)
  }
  const bad = /[^0-9a-f]/i.exec(value)
  if (bad) throw unparsable('objectId', value, `Invalid character found in hex string: '${bad[0]}'.`)
  return ObjectId.createFromHexString(value)
}

/** Converts to a date: milliseconds since 1970 (not as an int), a date in text, or what holds a time. */
export function toDate(value: BsonValue): Date | WideDate {
  if (isDateValue(value)) return value
  if (value instanceof Timestamp || value instanceof ObjectId) return coerceToDate(value)
  if (typeof value === 'string') return fromText(value)
  if (value instanceof Double || value instanceof Long || value instanceof Decimal128) {
    if (Number.isNaN(toNumber(value))) throw new ConversionError('Attempt to convert NaN value to integer type')
    return toDateValue(toLong(value).toBigInt(), '$convert')
  }
  throw unsupported(typeName(value), 'date')
}

function fromText(text: string): Date {
  try {
    return parseDate(text, undefined, undefined)
  } catch (error) {
    if (error instanceof CommandError) throw new ConversionError(error.message)
    throw error
  }
}

/** A number written as the server does: without a point when it is whole, `Infinity`, `NaN`, exponents as `1e+21`. */
export function numberText(value: BsonNumber): string {
  if (value instanceof Int32 || value instanceof Decimal128) return value.toString()
  return value instanceof Double ? doubleText(value.value) : value.toString()
}

// JavaScript pads exponents less than the server does
function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2')
}
