import { Decimal128, Double, Int32, Long, type BsonNumber } from '../values.ts'
import { type Expect, JsonNumber } from './json.ts'

const INTEGER = /^-?[0-9]{1,21}$/
const REAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const NOT_FINITE = /^(?:NaN|-?Infinity)$/

const INT32_BITS = 32
const INT64_BITS = 64

/** From here on JavaScript writes numbers with an exponent, and no reader takes them for integers. */
export const EXPONENT_FROM = 1e21

/** Longest text of a decimal that is looked at, in characters: more than any that BSON can hold needs. */
const MAX_DECIMAL_LENGTH = 6_300

/**
 * Reads a JSON number: an integer becomes Int32 or Long, anything else Double. Where JavaScript has read it before, an
 * integer beyond 2^53 may have lost digits and is refused.
 */
export function readNumber(number: number | bigint | JsonNumber, expect: Expect): BsonNumber {
  if (number instanceof JsonNumber) return readDigits(number, expect)
  if (typeof number === 'bigint') return toInteger(number) ?? expect('an integer of 64 bits', number)
  if (Number.isSafeInteger(number) && !Object.is(number, -0)) return toInteger(BigInt(number)) as BsonNumber
  if (!Number.isFinite(number)) return expect('a number that a double can hold', number)
  if (Number.isInteger(number) && number !== 0 && Math.abs(number) < EXPONENT_FROM) {
    return expect(
      'an integer within ±2^53, because larger JSON numbers lose digits: write {"$numberLong": "…"}',
      number,
    )
  }
  return new Double(number)
}

function readDigits(number: JsonNumber, expect: Expect): BsonNumber {
  const { text } = number
  // the integer 0 has no sign
  if (/[.eE]/.test(text) || text === '-0')
    return new Double(toDouble(text) ?? expect('a number that a double can hold', number))
  return (
    (INTEGER.test(text) ? toInteger(BigInt(text)) : undefined) ??
    expect('an integer of 64 bits, or {"$numberDouble": "…"} or {"$numberDecimal": "…"}', number)
  )
}

/**
 * A number in a source that JavaScript may have written: an integer is as good as a JavaScript number, whose digits may
 * have been lost before.
 */
export function toSourceNumber(text: string): number | JsonNumber {
  const value = Number(text)
  return INTEGER.test(text) && Math.abs(value) < EXPONENT_FROM ? value : new JsonNumber(text)
}

/** An integer in the smallest type; `undefined` where it has more than 64 bits. */
function toInteger(value: bigint): BsonNumber | undefined {
  if (BigInt.asIntN(INT32_BITS, value) === value) return new Int32(Number(value))
  return BigInt.asIntN(INT64_BITS, value) === value ? Long.fromBigInt(value) : undefined
}

/** A number's double; `undefined` where it is beyond the largest or below the smallest one. */
function toDouble(text: string): number | undefined {
  const value = Number(text)
  if (!Number.isFinite(value)) return undefined
  return value === 0 && /^[^eE]*[1-9]/.test(text) ? undefined : value
}

/** Reads what `$numberInt` holds. */
export function readInt32(json: unknown, expect: Expect): Int32 {
  const value = toBigInt(json)
  if (value === undefined || BigInt.asIntN(INT32_BITS, value) !== value)
    return expect('an integer of 32 bits in a string', json)
  return new Int32(Number(value))
}

/** Reads what `$numberLong` holds. */
export function readInt64(json: unknown, expect: Expect): bigint {
  const value = toBigInt(json)
  if (value === undefined || BigInt.asIntN(INT64_BITS, value) !== value)
    return expect('an integer of 64 bits in a string', json)
  return value
}

function toBigInt(json: unknown): bigint | undefined {
  return typeof json === 'string' && INTEGER.test(json) ? BigInt(json) : undefined
}

/** Reads what `$numberDouble` holds. */
export function readDouble(json: unknown, expect: Expect): Double {
  const value =
    typeof json !== 'string'
      ? undefined
      : NOT_FINITE.test(json)
        ? Number(json)
        : REAL.test(json)
          ? toDouble(json)
          : undefined
  return new Double(value ?? expect('a double in a string, "NaN", "Infinity" or "-Infinity"', json))
}

/** Reads what `$numberDecimal` holds. */
export function readDecimal(json: unknown, expect: Expect): Decimal128 {
  const expected = 'a decimal number of up to 34 digits in a string, "NaN", "Infinity" or "-Infinity"'
  if (typeof json !== 'string' || json.length > MAX_DECIMAL_LENGTH) return expect(expected, json)
  if (!REAL.test(json) && !NOT_FINITE.test(json)) return expect(expected, json)
  try {
    return Decimal128.fromString(json)
  } catch {
    return expect(expected, json)
  }
}
