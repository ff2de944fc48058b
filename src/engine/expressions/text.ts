import {
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  isNumber,
  Timestamp,
  WideDate,
  type BsonNumber,
  type BsonValue,
} from '../../bson/values.ts'
import { countText } from '../../bson/work.ts'
import { CommandError } from '../../bson/command-error.ts'
import { typeNameOf } from './describe.ts'
import { isNullish } from '../../bson/truth.ts'

/**
 * A value as the string that string operators take it for: nothing becomes the empty string; numbers, dates and timestamps
 * are written out.
 * @throws CommandError 16007 for other types
 */
export function coerceToText(value: BsonValue | undefined): string {
  if (typeof value === 'string') {
    countText(value)
    return value
  }
  if (isNullish(value)) return ''
  if (isNumber(value)) return numberText(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof BSONSymbol) return value.value
  if (value instanceof Code) return String(value.code)
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof WideDate) return String(value.ms)
  throw new CommandError(16007, `can't convert from BSON type ${typeNameOf(value)} to String`)
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
