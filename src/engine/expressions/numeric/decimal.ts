import type { NonFinite, SignedDecimal } from '../../../bson/numbers/exact-number.ts'

/** A finite decimal, whose coefficient is not negative. */
export type Decimal = SignedDecimal

/** A decimal of any kind. */
export type AnyDecimal = Decimal | NonFinite

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
