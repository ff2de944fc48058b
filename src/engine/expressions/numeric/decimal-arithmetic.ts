import { TINY_ZERO, type AnyDecimal, type Decimal } from './decimal.ts'
import { digitsOf, fit, padded, powerOfTen } from './decimal-rounding.ts'

/** Digits to compute to before rounding to 34: the rest only says above or below half. */
const WORKING_DIGITS = 40
/** Further apart than this, the smaller number only says on which side of the larger one the sum lies. */
const FAR = 72

/** The operand as a double, one or zero where it is finite: for the rules of NaN, infinities and signs. */
function asDouble(value: AnyDecimal): number {
  if (typeof value === 'string') return Number(value)
  const size = value.coefficient === 0n ? 0 : 1
  return value.negative ? -size : size
}

function fromDouble(value: number): AnyDecimal {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return 'Infinity'
  if (value === -Infinity) return '-Infinity'
  return { ...TINY_ZERO, negative: Object.is(value, -0) }
}

function signed({ negative, coefficient }: Decimal): bigint {
  return negative ? -coefficient : coefficient
}

function fitSigned(value: bigint, exponent: number): AnyDecimal {
  return fit({ negative: value < 0n, coefficient: value < 0n ? -value : value, exponent })
}

/** The sum, rounded; exact ones have the smaller of the exponents, if 34 digits allow. */
export function addDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) + asDouble(b))
  const [high, low] = a.exponent >= b.exponent ? [a, b] : [b, a]
  if (low.coefficient === 0n && high.coefficient === 0n) return { ...low, negative: a.negative && b.negative }
  if (high.coefficient === 0n) return low
  if (low.coefficient === 0n) return padded(high, low.exponent)
  const gap = high.exponent - low.exponent
  if (gap > FAR) return fitSigned(signed(high) * powerOfTen(FAR) + (low.negative ? -1n : 1n), high.exponent - FAR)
  return fitSigned(signed(high) * powerOfTen(gap) + signed(low), low.exponent)
}

/** The same number with the other sign. */
function negated(value: AnyDecimal): AnyDecimal {
  if (typeof value !== 'string') return { ...value, negative: !value.negative }
  return value === 'NaN' ? value : value === 'Infinity' ? '-Infinity' : 'Infinity'
}

/** The difference, rounded as a sum. */
export function subtractDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  return addDecimals(a, negated(b))
}

/** The product, rounded; exact ones have the sum of the exponents. */
export function multiplyDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string') return fromDouble(asDouble(a) * asDouble(b))
  return fit({
    negative: a.negative !== b.negative,
    coefficient: a.coefficient * b.coefficient,
    exponent: a.exponent + b.exponent,
  })
}

/** The quotient, rounded; exact ones have no more zeros at their end than the difference of the exponents asks for. */
export function divideDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || typeof b === 'string' || b.coefficient === 0n) {
    const zero = typeof b !== 'string' && b.negative && b.coefficient === 0n ? -0 : asDouble(b)
    return fromDouble(asDouble(a) / zero)
  }
  const negative = a.negative !== b.negative
  const ideal = a.exponent - b.exponent
  const shift = Math.max(0, WORKING_DIGITS - digitsOf(a.coefficient) + digitsOf(b.coefficient))
  const numerator = a.coefficient * powerOfTen(shift)
  const coefficient = numerator / b.coefficient
  const isExact = numerator % b.coefficient === 0n
  return fit({
    negative,
    ...(isExact ? reduced(coefficient, ideal - shift, ideal) : above(coefficient, ideal - shift)),
  })
}

// a further digit keeps "just above half" apart from "half"
function above(coefficient: bigint, exponent: number): Pick<Decimal, 'coefficient' | 'exponent'> {
  return { coefficient: coefficient * 10n + 1n, exponent: exponent - 1 }
}

function reduced(coefficient: bigint, exponent: number, ideal: number): Pick<Decimal, 'coefficient' | 'exponent'> {
  if (coefficient === 0n) return { coefficient, exponent: ideal }
  while (exponent < ideal && coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { coefficient, exponent }
}

/** The remainder of the truncated division, with the dividend's sign. Exact. The divisor must not be zero. */
export function remainderOfDecimals(a: AnyDecimal, b: AnyDecimal): AnyDecimal {
  if (typeof a === 'string' || b === 'NaN') return 'NaN'
  // a finite dividend stays as it is below an infinite divisor
  if (typeof b === 'string') return a
  const gap = a.exponent - b.exponent
  if (gap >= 0) {
    const coefficient = (a.coefficient * powerModulo(gap, b.coefficient)) % b.coefficient
    return { negative: a.negative, coefficient, exponent: b.exponent }
  }
  // so small a dividend is less than any divisor
  if (-gap > FAR) return a
  const divisor = b.coefficient * powerOfTen(-gap)
  return a.coefficient < divisor ? a : { ...a, coefficient: a.coefficient % divisor }
}

/** A power of ten modulo `divisor`, without ever being large. */
function powerModulo(exponent: number, divisor: bigint): bigint {
  let result = 1n % divisor
  let square = 10n % divisor
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = (result * square) % divisor
    square = (square * square) % divisor
  }
  return result
}
