import { compareExact, toExact, type ExactDecimal } from './exact-number.ts'
import { Double, Int32, Long, type BsonNumber, Decimal128 } from '../values.ts'
import { countWork } from '../work-budget.ts'

/** Steps that exact arithmetic counts for. */
const EXACT_STEPS = 32
/** A decimal that is a double has no more digits behind the point: 5 to this power has 34 digits. */
const MOST_BEHIND_POINT = 48
/** Nor more zeros before the point: 5 to this power has 53 bits. */
const MOST_ZEROS = 22

/** A number by the double that is nearest to it. */
interface Approximation {
  readonly near: number
  /** The number itself, where that is another one. */
  readonly exact: ExactDecimal | undefined
}

/**
 * Orders numbers by value across types, as the server does: NaN first, `-0` equal to `0`. Cost: exact arithmetic for
 * decimals, and for what is between two neighbouring doubles.
 */
export function compareNumbers(a: BsonNumber, b: BsonNumber): number {
  const x = plainValue(a)
  const y = plainValue(b)
  if (x !== undefined && y !== undefined) return compareDoubles(x, y)
  return compareApproximations(approximate(a), approximate(b))
}

/** {@link compareNumbers} with a number that is looked at once. */
export function orderAgainst(operand: BsonNumber): (value: BsonNumber) => number {
  const right = approximate(operand)
  return (value) => {
    const plain = plainValue(value)
    if (plain !== undefined && right.exact === undefined) return compareDoubles(plain, right.near)
    return compareApproximations(approximate(value), right)
  }
}

/** The number as a double where that is exact; `undefined` where there is none. */
export function asDouble(value: BsonNumber): number | undefined {
  const plain = plainValue(value)
  if (plain !== undefined) return plain
  const { near, exact } = approximate(value)
  return exact === undefined ? near : undefined
}

/** A string that equal numbers, and only they, share, whatever their types. */
export function numberKey(value: BsonNumber): string {
  const { near, exact } = approximate(value)
  if (exact) return `${exact.coefficient}e${exact.exponent}`
  return String(near === 0 ? 0 : near)
}

/** The value where a JavaScript number holds it anyway. */
function plainValue(value: BsonNumber): number | undefined {
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (!(value instanceof Long)) return undefined
  const number = value.toNumber()
  return Number.isSafeInteger(number) ? number : undefined
}

function approximate(value: BsonNumber): Approximation {
  const plain = plainValue(value)
  if (plain !== undefined) return { near: plain, exact: undefined }
  countWork(EXACT_STEPS)
  const exact = toExact(value)
  if (typeof exact === 'string') return { near: Number(exact), exact: undefined }
  const { coefficient, exponent } = exact
  return {
    near: exponent === 0 ? Number(coefficient) : Number(`${coefficient}e${exponent}`),
    exact: isDouble(exact) ? undefined : exact,
  }
}

function isDouble({ coefficient, exponent }: ExactDecimal): boolean {
  if (exponent > MOST_ZEROS || exponent < -MOST_BEHIND_POINT) return false
  const fives = 5n ** BigInt(Math.abs(exponent))
  if (exponent >= 0) return isDoubleInteger(coefficient * fives)
  return coefficient % fives === 0n && isDoubleInteger(coefficient / fives)
}

// times or by some power of two it is one as well
function isDoubleInteger(integer: bigint): boolean {
  return BigInt(Number(integer)) === integer
}

// a number whose nearest double is less than another's is less itself
function compareApproximations(a: Approximation, b: Approximation): number {
  const order = compareDoubles(a.near, b.near)
  if (order !== 0 || (!a.exact && !b.exact)) return order
  return compareExact(a.exact ?? toExact(new Double(a.near)), b.exact ?? toExact(new Double(b.near)))
}

function compareDoubles(x: number, y: number): number {
  if (x < y) return -1
  if (x > y) return 1
  if (x === y) return 0
  return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : -1) : 1
}

/** Whether a number is zero, of whatever sign. */
export function isZero(value: BsonNumber): boolean {
  if (value instanceof Int32 || value instanceof Double) return value.value === 0
  if (value instanceof Decimal128) return /^-?0*(\.0*)?(E.*)?$/i.test(value.toString())
  return value.isZero()
}

/** Whether a number is NaN, a double's or a decimal's. */
export function isNaNValue(value: BsonNumber): boolean {
  if (value instanceof Double) return Number.isNaN(value.value)
  // five bits after the sign say so
  return value instanceof Decimal128 && ((value.bytes[15] ?? 0) & 0x7c) === 0x7c
}
