import { toExact } from '../../../bson/exact-number.ts'
import { Decimal128, Double, Int32, type BsonNumber } from '../../../bson/values.ts'

/** A finite decimal: `coefficient × 10^exponent`. Keeps trailing zeros, as IEEE 754 arithmetic does. */
export interface Decimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** A decimal of any kind. */
export type AnyDecimal = Decimal | 'NaN' | 'Infinity' | '-Infinity'

const DIGITS = 34
const MAX_EXPONENT = 6111
const MIN_EXPONENT = -6176

/**
 * A number as a decimal. Doubles are rounded to `doubleDigits` significant digits: 15 where the server converts single
 * operands, 34 where it converts sums.
 */
export function asDecimal(value: BsonNumber, doubleDigits: 15 | 34 = 15): AnyDecimal {
  if (value instanceof Int32) return { coefficient: BigInt(value.value), exponent: 0 }
  if (value instanceof Decimal128) return parse(value.toString())
  if (!(value instanceof Double)) return { coefficient: value.toBigInt(), exponent: 0 }
  if (!Number.isFinite(value.value)) return nonFinite(value.value)
  if (doubleDigits === 15) return value.value === 0 ? ZERO : parse(value.value.toExponential(14).toUpperCase())
  const exact = toExact(value)
  return typeof exact === 'string' ? exact : rounded(exact)
}

const ZERO: Decimal = { coefficient: 0n, exponent: 0 }

function nonFinite(value: number): AnyDecimal {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'
}

function parse(text: string): AnyDecimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text)
  if (!match) return text === 'Infinity' || text === '-Infinity' ? text : 'NaN'
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  return { coefficient: BigInt(`${sign}${whole}${fraction}`), exponent: Number(exponent) - fraction.length }
}

/** The decimal as a BSON value, rounded half to even to 34 digits; too large becomes infinite. */
export function toDecimal128(value: AnyDecimal): Decimal128 {
  if (typeof value === 'string') return Decimal128.fromString(value)
  let { coefficient, exponent } = rounded(value)
  if (exponent < MIN_EXPONENT) {
    const drop = MIN_EXPONENT - exponent
    coefficient = drop > DIGITS + 1 ? 0n : divideHalfEven(coefficient, 10n ** BigInt(drop))
    exponent = MIN_EXPONENT
  }
  if (exponent > MAX_EXPONENT) {
    const pad = exponent - MAX_EXPONENT
    if (coefficient !== 0n && digitsOf(coefficient) + pad > DIGITS) {
      return Decimal128.fromString(coefficient < 0n ? '-Infinity' : 'Infinity')
    }
    coefficient = coefficient === 0n ? 0n : coefficient * 10n ** BigInt(pad)
    exponent = MAX_EXPONENT
  }
  return Decimal128.fromString(`${coefficient}E${exponent}`)
}

/** How many digits an integer has. */
export function digitsOf(value: bigint): number {
  return (value < 0n ? -value : value).toString().length
}

function rounded(value: Decimal): Decimal {
  const excess = digitsOf(value.coefficient) - DIGITS
  if (excess <= 0) return value
  const coefficient = divideHalfEven(value.coefficient, 10n ** BigInt(excess))
  // 99…9 may have become 100…0
  return rounded({ coefficient, exponent: value.exponent + excess })
}

/** Divides two integers and rounds half to even. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator
  const rest = numerator % denominator
  const twice = (rest < 0n ? -rest : rest) * 2n
  const size = denominator < 0n ? -denominator : denominator
  if (twice < size || (twice === size && quotient % 2n === 0n)) return quotient
  return numerator < 0n === denominator < 0n ? quotient + 1n : quotient - 1n
}

/** Brings two decimals to one exponent, the smaller. */
export function aligned(a: Decimal, b: Decimal): { left: bigint; right: bigint; exponent: number } {
  const exponent = Math.min(a.exponent, b.exponent)
  return {
    left: a.coefficient * 10n ** BigInt(a.exponent - exponent),
    right: b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  }
}
