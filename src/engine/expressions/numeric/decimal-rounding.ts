import { DIGITS, MAX_EXPONENT, MIN_EXPONENT, type AnyDecimal, type Decimal } from './decimal.ts'

/** Where a digit that is cut off goes: to the nearest even, to zero, up or down. */
export type Rounding = 'halfEven' | 'truncate' | 'ceil' | 'floor'

const POWERS = Array.from({ length: 128 }, (_, i) => 10n ** BigInt(i))

/** A power of ten. */
export function powerOfTen(exponent: number): bigint {
  return POWERS[exponent] ?? 10n ** BigInt(exponent)
}

/** How many digits a number that is not negative has. */
export function digitsOf(value: bigint): number {
  return value.toString().length
}

/** A coefficient without its last `drop` digits, rounded. */
function roundOff(coefficient: bigint, drop: number, rounding: Rounding, negative: boolean): bigint {
  if (drop <= 0 || coefficient === 0n) return coefficient
  const away = rounding === (negative ? 'floor' : 'ceil')
  // less than half of a unit is left: no need to know how much
  if (drop > digitsOf(coefficient)) return away ? 1n : 0n
  const unit = powerOfTen(drop)
  const quotient = coefficient / unit
  const rest = coefficient % unit
  if (rest === 0n) return quotient
  if (rounding !== 'halfEven') return away ? quotient + 1n : quotient
  const twice = rest * 2n
  return twice > unit || (twice === unit && quotient % 2n === 1n) ? quotient + 1n : quotient
}

/** The number with so many digits at most, and an exponent not below a least one; rounded half to even. */
export function limited(value: Decimal, digits: number, least = -Infinity): Decimal {
  const drop = Math.max(0, digitsOf(value.coefficient) - digits, least - value.exponent)
  const coefficient = roundOff(value.coefficient, drop, 'halfEven', value.negative)
  const exponent = value.exponent + drop
  // 99…9 may have become 100…0
  const carried = digitsOf(coefficient) > digits
  return {
    ...value,
    coefficient: carried ? coefficient / 10n : coefficient,
    exponent: carried ? exponent + 1 : exponent,
  }
}

/** The nearest decimal that BSON can hold, ties to even; infinite when it is too large. */
export function fit(value: Decimal): AnyDecimal {
  const { negative, coefficient, exponent } = limited(value, DIGITS, MIN_EXPONENT)
  if (exponent <= MAX_EXPONENT) return { negative, coefficient, exponent }
  if (coefficient === 0n) return { negative, coefficient, exponent: MAX_EXPONENT }
  const pad = exponent - MAX_EXPONENT
  if (digitsOf(coefficient) + pad > DIGITS) return negative ? '-Infinity' : 'Infinity'
  return { negative, coefficient: coefficient * powerOfTen(pad), exponent: MAX_EXPONENT }
}

/** The same number with an exponent as close to a lower one as so many digits allow. */
export function padded(value: Decimal, exponent: number, digits: number = DIGITS): Decimal {
  const pad = Math.max(0, Math.min(value.exponent - exponent, digits - digitsOf(value.coefficient)))
  return { ...value, coefficient: value.coefficient * powerOfTen(pad), exponent: value.exponent - pad }
}

/**
 * Rounds a decimal to an exponent, and pads it with zeros down to it. One that has no room for the zeros keeps its
 * value, with all the digits that it can have.
 */
export function quantize(value: Decimal, exponent: number, rounding: Rounding): AnyDecimal {
  if (value.coefficient === 0n) return fit({ ...value, exponent })
  if (value.exponent - exponent > DIGITS - digitsOf(value.coefficient)) return padded(value, -Infinity)
  if (value.exponent >= exponent) return padded(value, exponent)
  const { negative } = value
  return fit({
    negative,
    coefficient: roundOff(value.coefficient, exponent - value.exponent, rounding, negative),
    exponent,
  })
}
