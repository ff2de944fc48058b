import { readDecimal, toExact } from '../../../bson/numbers/exact-number.ts'
import { Decimal128, Double, Int32, type BsonNumber } from '../../../bson/values.ts'
import { fromInteger, MIN_EXPONENT, ZERO, type AnyDecimal } from './decimal.ts'
import { fit, limited, padded } from './decimal-rounding.ts'

/**
 * A number as a decimal. A double gets just as many digits as asked for: 15 where the server converts an operand, 34
 * where it converts what it has computed.
 */
export function asDecimal(value: BsonNumber, doubleDigits: 15 | 34 = 15): AnyDecimal {
  if (value instanceof Int32) return fromInteger(BigInt(value.value))
  if (value instanceof Decimal128) return readDecimal(value)
  if (!(value instanceof Double)) return fromInteger(value.toBigInt())
  const exact = toExact(value)
  if (typeof exact === 'string') return exact
  const { coefficient, exponent } = exact
  const negative = value.value < 0 || Object.is(value.value, -0)
  if (coefficient === 0n) return { ...ZERO, negative }
  const digits = negative ? -coefficient : coefficient
  return padded(limited({ negative, coefficient: digits, exponent }, doubleDigits), -Infinity, doubleDigits)
}

const SIGN = 1n << 127n

/** The decimal as a BSON value, rounded half to even to 34 digits; too large becomes infinite. */
export function toDecimal128(value: AnyDecimal): Decimal128 {
  const fitting = typeof value === 'string' ? value : fit(value)
  if (typeof fitting === 'string') return Decimal128.fromString(fitting)
  const bits = (BigInt(fitting.exponent - MIN_EXPONENT) << 113n) | fitting.coefficient | (fitting.negative ? SIGN : 0n)
  const bytes = Buffer.allocUnsafeSlow(16)
  bytes.writeBigUInt64LE(bits & 0xffff_ffff_ffff_ffffn, 0)
  bytes.writeBigUInt64LE(bits >> 64n, 8)
  return new Decimal128(bytes)
}
