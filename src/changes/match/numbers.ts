import type { Decimal128, Double, Int32, Long } from 'bson'
import { bsonClassOf } from '../bson-type.ts'

/** A BSON number in a form that compares exactly: Int32 and Double as number, Long as bigint, Decimal128 as fraction. */
export type Numeric = number | bigint | Decimal

/** A finite decimal: `digits × 10^exponent`. */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

/** The exact form of a BSON number; `undefined` when the value is not a number. Decimal NaN and infinities become numbers. */
export function toNumeric(value: unknown): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  // each cast follows from the class
  switch (bsonClassOf(value)) {
    case 'Int32':
    case 'Double':
      return Number((value as Int32 | Double).value)
    case 'Long':
      return (value as Long).toBigInt()
    case 'Decimal128':
      return decimalOf(value as Decimal128)
    default:
      return undefined
  }
}

/** Whether it is NaN, double or decimal. */
export function isNaNumeric(value: Numeric): boolean {
  return typeof value === 'number' && Number.isNaN(value)
}

/** Orders two numbers by value whatever their types; NaN is equal to itself and before everything else. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  if (isNaNumeric(a) || isNaNumeric(b)) return Number(isNaNumeric(b)) - Number(isNaNumeric(a))
  if (typeof a !== 'object' && typeof b !== 'object') return a < b ? -1 : a > b ? 1 : 0
  // infinities have no fraction
  if (a === Infinity || b === -Infinity) return a === b ? 0 : 1
  if (b === Infinity || a === -Infinity) return -1
  return compareFractions(toFraction(a), toFraction(b))
}

interface Fraction {
  readonly over: bigint
  readonly under: bigint
}

function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.over * b.under
  const right = b.over * a.under
  return left < right ? -1 : left > right ? 1 : 0
}

function toFraction(value: Numeric): Fraction {
  if (typeof value === 'bigint') return { over: value, under: 1n }
  if (typeof value === 'number') return fractionOfDouble(value)
  const { digits, exponent } = value
  return exponent < 0
    ? { over: digits, under: 10n ** BigInt(-exponent) }
    : { over: digits * 10n ** BigInt(exponent), under: 1n }
}

// doubling is exact until the value is an integer; a double needs at most 1,074 times
function fractionOfDouble(value: number): Fraction {
  let scaled = value
  let under = 1n
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    under *= 2n
  }
  return { over: BigInt(scaled), under }
}

function decimalOf(value: Decimal128): Numeric {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]\d+))?$/.exec(value.toString())
  if (!match) return Number(value.toString())
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  const digits = BigInt(whole + fraction)
  return { digits: sign ? -digits : digits, exponent: Number(exponent) - fraction.length }
}
