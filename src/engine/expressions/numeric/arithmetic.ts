import { Decimal128, Double, Int32, Long, toNumber, type BsonNumber } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import type { AnyDecimal } from './decimal.ts'
import { asDecimal, toDecimal128 } from './decimal-conversion.ts'
import {
  addDecimals,
  divideDecimals,
  multiplyDecimals,
  remainderOfDecimals,
  subtractDecimals,
} from './decimal-arithmetic.ts'
import { fitsInt, fitsLong, fromBigInt, isInteger, toBigInt } from './integers.ts'

function inDecimal(a: BsonNumber, b: BsonNumber, compute: (a: AnyDecimal, b: AnyDecimal) => AnyDecimal): Decimal128 {
  return toDecimal128(compute(asDecimal(a), asDecimal(b)))
}

function isDecimal(a: BsonNumber, b: BsonNumber): boolean {
  return a instanceof Decimal128 || b instanceof Decimal128
}

/** How numbers of each type are combined. */
export interface Operation {
  readonly neutral: bigint
  readonly integers: (a: bigint, b: bigint) => bigint
  readonly doubles: (a: number, b: number) => number
  readonly decimals: (a: AnyDecimal, b: AnyDecimal) => AnyDecimal
  /** The digits that a partial result in doubles gets as a decimal. Default: all */
  readonly doubleDigits?: 15
}

/** Sums. */
export const ADDITION: Operation = {
  neutral: 0n,
  integers: (a, b) => a + b,
  doubles: (a, b) => a + b,
  decimals: addDecimals,
}

/** Products. A partial one of doubles is converted as an operand is, a partial sum to all of its digits. */
export const MULTIPLICATION: Operation = {
  neutral: 1n,
  integers: (a, b) => a * b,
  doubles: (a, b) => a * b,
  decimals: multiplyDecimals,
  doubleDigits: 15,
}

const SUBTRACTION: Operation = {
  neutral: 0n,
  integers: (a, b) => a - b,
  doubles: (a, b) => a - b,
  decimals: subtractDecimals,
}

/** Two numbers combined in the wider of their types; an int grows into a long, a long into a double. */
export function combine(a: BsonNumber, b: BsonNumber, { integers, doubles, decimals }: Operation): BsonNumber {
  if (isDecimal(a, b)) return inDecimal(a, b, decimals)
  if (isInteger(a) && isInteger(b)) return fromBigInt(integers(toBigInt(a), toBigInt(b)), narrowest([a, b]))
  return new Double(doubles(toNumber(a), toNumber(b)))
}

/** `a - b` as {@link combine} has it. */
export function subtract(a: BsonNumber, b: BsonNumber): BsonNumber {
  return combine(a, b, SUBTRACTION)
}

/** Combines numbers from left to right, as a server does: each step in the widest type so far, and rounded to it. */
export function combineAll(values: readonly BsonNumber[], operation: Operation): BsonNumber {
  let total: bigint | number | { readonly decimal: AnyDecimal } = operation.neutral
  for (const value of values) {
    countWork()
    if (typeof total === 'object' || value instanceof Decimal128) {
      const left: AnyDecimal = typeof total === 'object' ? total.decimal : partial(total, operation.doubleDigits)
      total = { decimal: operation.decimals(left, asDecimal(value)) }
    } else if (typeof total === 'number' || !isInteger(value)) {
      total = operation.doubles(Number(total), toNumber(value))
    } else {
      const exact = operation.integers(total, toBigInt(value))
      total = fitsLong(exact) ? exact : operation.doubles(Number(total), toNumber(value))
    }
  }
  if (typeof total === 'object') return toDecimal128(total.decimal)
  return typeof total === 'number' ? new Double(total) : fromBigInt(total, narrowest(values))
}

function partial(total: bigint | number, doubleDigits: 15 | 34 = 34): AnyDecimal {
  return asDecimal(typeof total === 'number' ? new Double(total) : Long.fromBigInt(total), doubleDigits)
}

function narrowest(values: readonly BsonNumber[]): 'int' | 'long' {
  return values.some((value) => value instanceof Long) ? 'long' : 'int'
}

/** `a / b`: a double, or a decimal when either is one. The caller has refused a zero divisor. */
export function divide(a: BsonNumber, b: BsonNumber): BsonNumber {
  return isDecimal(a, b) ? inDecimal(a, b, divideDecimals) : new Double(toNumber(a) / toNumber(b))
}

/**
 * The remainder of `a / b` with the sign of `a`. A double divisor that is a whole int counts as an int, as on a server.
 * The caller has refused a zero divisor.
 */
export function modulo(a: BsonNumber, b: BsonNumber): BsonNumber {
  if (isDecimal(a, b)) return inDecimal(a, b, remainderOfDecimals)
  const divisor = b instanceof Double && fitsInt(b.value) ? new Int32(b.value) : b
  if (isInteger(a) && isInteger(divisor)) {
    return fromBigInt(toBigInt(a) % toBigInt(divisor), narrowest([a, divisor]))
  }
  return new Double(toNumber(a) % toNumber(b))
}
