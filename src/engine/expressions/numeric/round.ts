import { Decimal128, Double, Int32, type BsonNumber } from '../../../bson/values.ts'
import { asDecimal, divideHalfEven, toDecimal128, type AnyDecimal } from './decimal.ts'
import { fitsLong, fromBigInt } from './integers.ts'

/** Where a digit that is cut off goes: to the nearest even, to zero, up or down. */
export type Rounding = 'halfEven' | 'truncate' | 'ceil' | 'floor'

/**
 * Rounds a number to `places` digits after the point (before it when negative), in its own type; an int may grow into a
 * long. Doubles are rounded by their exact value.
 * @returns `undefined` when the result does not fit a long
 */
export function roundNumber(value: BsonNumber, places: number, rounding: Rounding): BsonNumber | undefined {
  const decimal = asDecimal(value, 34)
  if (typeof decimal === 'string') return value
  const rounded = roundDecimal(decimal, places, rounding)
  if (value instanceof Decimal128) return toDecimal128(rounded)
  if (typeof rounded === 'string') return value
  if (value instanceof Double) return new Double(toDouble(rounded.coefficient, rounded.exponent, value.value))
  const whole = rounded.coefficient * 10n ** BigInt(Math.max(0, rounded.exponent))
  const integer = rounded.exponent < 0 ? whole / 10n ** BigInt(-rounded.exponent) : whole
  if (!fitsLong(integer)) return undefined
  return fromBigInt(integer, value instanceof Int32 ? 'int' : 'long')
}

// zero keeps the sign of what it came from
function toDouble(coefficient: bigint, exponent: number, origin: number): number {
  if (coefficient === 0n) return origin < 0 || Object.is(origin, -0) ? -0 : 0
  return Number(`${coefficient}e${exponent}`)
}

/** Rounds a decimal to `places` digits after the point; one with fewer digits stays as it is. */
export function roundDecimal(value: AnyDecimal, places: number, rounding: Rounding): AnyDecimal {
  if (typeof value === 'string' || value.exponent >= -places) return value
  const unit = 10n ** BigInt(-places - value.exponent)
  return { coefficient: divide(value.coefficient, unit, rounding), exponent: -places }
}

function divide(value: bigint, unit: bigint, rounding: Rounding): bigint {
  if (rounding === 'halfEven') return divideHalfEven(value, unit)
  const quotient = value / unit
  if (rounding === 'truncate' || value % unit === 0n) return quotient
  if (rounding === 'ceil') return value > 0n ? quotient + 1n : quotient
  return value < 0n ? quotient - 1n : quotient
}
