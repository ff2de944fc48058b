import {
  Decimal128,
  Double,
  Int32,
  isNumber,
  Long,
  Undefined,
  type BsonNumber,
  type BsonValue,
} from '../bson/values.ts'

/** Whether a value counts as true where the server asks for a flag: all but false, zero, null, undefined and missing. */
export function isTruthy(value: BsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value instanceof Undefined) return false
  return !isNumber(value) || !isZero(value)
}

/** Whether a number is zero, of either sign. */
export function isZero(value: BsonNumber): boolean {
  if (value instanceof Int32 || value instanceof Double) return value.value === 0
  if (value instanceof Long) return value.isZero()
  return value instanceof Decimal128 && /^-?0(?:\.0*)?(?:E[+-]?\d+)?$/.test(value.toString())
}
