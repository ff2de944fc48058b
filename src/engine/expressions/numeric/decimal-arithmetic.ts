import { aligned, digitsOf, type AnyDecimal, type Decimal } from './decimal.ts'

/** Digits to divide to before rounding to 34: the rest only says above or below half. */
const DIVISION_DIGITS = 40

/** The non-finite operand as a double: for the rules of NaN and infinities, which are those of doubles. */
function asDouble(value: AnyDecimal): number {
  if (typeof value === 'string') return Number(value)
  return value.coefficient === 0n ? 0 : value.coefficient > 0n ? 1 : -1
}

function fromDouble(value: number): AnyDecimal {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return 'Infinity'
  return value === -Infinity ? '-Infinity' : { coefficient: 0n, exponent: 0 }
}

/** Adds two decimals exactly. */
export function addDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) + asDouble(b))
  const { left, right, exponent } = aligned(a, b)
  return { coefficient: left + right, exponent }
}

/** Subtracts decimals exactly. */
export function subtractDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) - asDouble(b))
  return addDecimals(a, { coefficient: -b.coefficient, exponent: b.exponent })
}

/** Multiplies two decimals exactly. */
export function multiplyDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) * asDouble(b))
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent }
}

/** Divides decimals to more digits than a BSON decimal holds. The divisor must not be zero. */
export function divideDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) / asDouble(b))
  const ideal = a.exponent - b.exponent
  const shift = Math.max(0, DIVISION_DIGITS - digitsOf(a.coefficient) + digitsOf(b.coefficient))
  const numerator = a.coefficient * 10n ** BigInt(shift)
  const quotient = numerator / b.coefficient
  if (numerator % b.coefficient === 0n) return reduced({ coefficient: quotient, exponent: ideal - shift }, ideal)
  // a further digit keeps "just above half" apart from "half"
  const negative = a.coefficient < 0n !== b.coefficient < 0n
  return { coefficient: quotient * 10n + (negative ? -1n : 1n), exponent: ideal - shift - 1 }
}

// an exact quotient keeps no more zeros than its operands ask for
function reduced({ coefficient, exponent }: Decimal, ideal: number): Decimal {
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { coefficient, exponent }
}

/** The remainder of the truncated division, with the dividend's sign. The divisor must not be zero. */
export function remainderOfDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') {
    // a finite dividend stays as it is below an infinite divisor
    return typeof a !== 'string' && b !== 'NaN' ? a : 'NaN'
  }
  const { left, right, exponent } = aligned(a, b)
  return { coefficient: left % right, exponent }
}
