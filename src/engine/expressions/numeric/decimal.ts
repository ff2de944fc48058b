/** A finite decimal: `±coefficient × 10^exponent`. Keeps trailing zeros and the sign of zero, as IEEE 754 does. */
export interface Decimal {
  readonly negative: boolean
  /** Never negative. */
  readonly coefficient: bigint
  readonly exponent: number
}

/** A decimal of any kind. */
export type AnyDecimal = Decimal | 'NaN' | 'Infinity' | '-Infinity'

/** The digits of a decimal; the smallest and the greatest exponent. */
export const DIGITS = 34
export const MIN_EXPONENT = -6176
export const MAX_EXPONENT = 6111

/** Zero, as sums start with it. */
export const ZERO: Decimal = { negative: false, coefficient: 0n, exponent: 0 }
/** Zero of the smallest exponent: what is added to it gets all the digits that it can have. */
export const TINY_ZERO: Decimal = { negative: false, coefficient: 0n, exponent: MIN_EXPONENT }

/** A whole number as a decimal. */
export function fromInteger(value: bigint): Decimal {
  return { negative: value < 0n, coefficient: value < 0n ? -value : value, exponent: 0 }
}
