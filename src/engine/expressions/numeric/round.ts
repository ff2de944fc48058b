import { Decimal128, Double, Int32, type BsonNumber } from '../../../bson/values.ts'
import { asDecimal, toDecimal128 } from './decimal-conversion.ts'
import { powerOfTen, quantize, type Rounding } from './decimal-rounding.ts'
import { fitsLong, fromBigInt } from './integers.ts'

/**
 * Rounds a number to `places` digits after the point (before it when negative), in its own type; an int may grow into a
 * long. A decimal gets just so many digits after the point. Doubles are rounded by their exact value.
 * @returns `undefined` when the result does not fit a long
 */
export function roundNumber(value: BsonNumber, places: number, rounding: Rounding): BsonNumber | undefined {
  const decimal = asDecimal(value, 34)
  if (typeof decimal === 'string') return value
  if (!(value instanceof Decimal128 || value instanceof Double) && places >= 0) return value
  const rounded = quantize(decimal, -places, rounding)
  if (value instanceof Decimal128) return toDecimal128(rounded)
  if (typeof rounded === 'string') return value
  const { negative, coefficient, exponent } = rounded
  if (value instanceof Double) return new Double(Number(`${negative ? '-' : ''}${coefficient}e${exponent}`))
  const size = exponent < 0 ? coefficient / powerOfTen(-exponent) : coefficient * powerOfTen(exponent)
  const integer = negative ? -size : size
  if (!fitsLong(integer)) return undefined
  return fromBigInt(integer, value instanceof Int32 ? 'int' : 'long')
}

/** Rounds a number to a whole one, as `$ceil` and `$floor` do; a decimal that has no room for a point becomes NaN. */
export function wholeOf(value: BsonNumber, rounding: 'ceil' | 'floor'): BsonNumber {
  if (value instanceof Double) return new Double(Math[rounding](value.value))
  if (!(value instanceof Decimal128)) return value
  const decimal = asDecimal(value)
  if (typeof decimal === 'string') return toDecimal128('NaN')
  const whole = quantize(decimal, 0, rounding)
  return toDecimal128(typeof whole !== 'string' && whole.exponent !== 0 ? 'NaN' : whole)
}
