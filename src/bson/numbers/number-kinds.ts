import { Decimal128, Double, Int32, type BsonNumber } from '../values.ts'

/** Whether a number is zero, of whatever sign. */
export function isZero(value: BsonNumber): boolean {
  if (value instanceof Int32 || value instanceof Double) return value.value === 0
  if (value instanceof Decimal128) return /^-?0*(\.0*)?(E.*)?$/i.test(value.toString())
  return value.isZero()
}

/** Whether a number is NaN, a double's or a decimal's. */
export function isNaNValue(value: BsonNumber): boolean {
  if (value instanceof Double) return Number.isNaN(value.value)
  // five bits after the sign say so
  return value instanceof Decimal128 && ((value.bytes[15] ?? 0) & 0x7c) === 0x7c
}
