import { Decimal128, Int32, Long, type BsonNumber } from '../values.ts'

/** A finite decimal number, exactly: `coefficient × 10^exponent`, without trailing zeros in the coefficient. */
export interface ExactDecimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** A number that is not finite: which one. */
export type NonFinite = 'NaN' | 'Infinity' | '-Infinity'

const EXPONENT_BIAS = 6176
const MAX_COEFFICIENT = 10n ** 34n - 1n

/** The number's exact decimal value, whatever its type. Cost: big-integer arithmetic for doubles and decimals. */
export function toExact(value: BsonNumber): ExactDecimal | NonFinite {
  if (value instanceof Int32) return normalized(BigInt(value.value), 0)
  if (value instanceof Long) return normalized(value.toBigInt(), 0)
  if (value instanceof Decimal128) {
    const read = readDecimal(value)
    return typeof read === 'string'
      ? read
      : normalized(read.negative ? -read.coefficient : read.coefficient, read.exponent)
  }
  if (Number.isNaN(value.value)) return 'NaN'
  if (!Number.isFinite(value.value)) return value.value > 0 ? 'Infinity' : '-Infinity'
  return fromDouble(value.value)
}

function normalized(coefficient: bigint, exponent: number): ExactDecimal {
  if (coefficient === 0n) return { coefficient: 0n, exponent: 0 }
  while (coefficient % 10n === 0n) {
    coefficient /= 10n
    exponent++
  }
  return { coefficient, exponent }
}

const bits = new DataView(new ArrayBuffer(8))

function fromDouble(value: number): ExactDecimal {
  bits.setFloat64(0, value)
  const raw = bits.getBigUint64(0)
  const biased = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xf_ffff_ffff_ffffn
  const mantissa = biased === 0 ? fraction : fraction | 0x10_0000_0000_0000n
  const power = (biased === 0 ? 1 : biased) - 1075
  const signed = value < 0 ? -mantissa : mantissa
  // m × 2^-k is m × 5^k × 10^-k
  return power >= 0 ? normalized(signed << BigInt(power), 0) : normalized(signed * 5n ** BigInt(-power), power)
}

/** A decimal as it is written: with its zeros, and the sign of zero. */
export interface SignedDecimal extends ExactDecimal {
  readonly negative: boolean
}

/**
 * From the bytes, which costs a tenth of taking the text apart. What is written in the larger of the two forms is over
 * 34 digits, and counts as zero.
 * @see https://github.com/mongodb/specifications/blob/master/source/bson-decimal128/decimal128.md
 */
export function readDecimal({ bytes }: Decimal128): SignedDecimal | NonFinite {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  const high = view.getBigUint64(8, true)
  const negative = high >> 63n === 1n
  const combination = Number((high >> 58n) & 0x1fn)
  if (combination === 0b11111) return 'NaN'
  if (combination === 0b11110) return negative ? '-Infinity' : 'Infinity'
  const isLarge = combination >> 3 === 0b11
  const exponent = Number((high >> (isLarge ? 47n : 49n)) & 0x3fffn) - EXPONENT_BIAS
  const coefficient = ((high & 0x1_ffff_ffff_ffffn) << 64n) | view.getBigUint64(0, true)
  return { negative, coefficient: isLarge || coefficient > MAX_COEFFICIENT ? 0n : coefficient, exponent }
}

const NON_FINITE_RANK = { NaN: -2, '-Infinity': -1, Infinity: 1 } as const

/** Orders exact numbers, NaN first. Cost: grows with their digits, and not with their exponents. */
export function compareExact(a: ExactDecimal | NonFinite, b: ExactDecimal | NonFinite): number {
  if (typeof a === 'string' || typeof b === 'string') {
    const rankA = typeof a === 'string' ? NON_FINITE_RANK[a] : 0
    const rankB = typeof b === 'string' ? NON_FINITE_RANK[b] : 0
    return Math.sign(rankA - rankB)
  }
  const sign = signOf(a)
  if (sign !== signOf(b) || sign === 0) return sign - signOf(b)
  const magnitude = (magnitudeOf(a) - magnitudeOf(b)) * sign
  if (magnitude !== 0) return Math.sign(magnitude)
  // as many digits before the point, so that the exponents differ by no more than there are digits
  const shift = Math.min(a.exponent, b.exponent)
  const left = a.coefficient * 10n ** BigInt(a.exponent - shift)
  const right = b.coefficient * 10n ** BigInt(b.exponent - shift)
  return left < right ? -1 : left > right ? 1 : 0
}

function signOf({ coefficient }: ExactDecimal): number {
  return coefficient < 0n ? -1 : coefficient > 0n ? 1 : 0
}

/** How many digits there are before the decimal point; negative for zeros behind it. */
function magnitudeOf({ coefficient, exponent }: ExactDecimal): number {
  return String(coefficient).length - (coefficient < 0n ? 1 : 0) + exponent
}
