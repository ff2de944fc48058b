import { Decimal128, Double, Int32, Long, type BsonNumber } from './values.ts'

/** A finite decimal number, exactly: `coefficient × 10^exponent`, without trailing zeros in the coefficient. */
export interface ExactDecimal {
  readonly coefficient: bigint
  readonly exponent: number
}

/** A number that is not finite: which one. */
export type NonFinite = 'NaN' | 'Infinity' | '-Infinity'

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

function fromDecimal(value: Decimal128): ExactDecimal | NonFinite {
  const text = value.toString()
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text)
  if (!match) return text === 'Infinity' || text === '-Infinity' ? text : 'NaN'
  const [, sign, whole = '', fraction = '', exponent = '0'] = match
  return normalized(BigInt(`${sign ?? ''}${whole}${fraction}`), Number(exponent) - fraction.length)
}

/** The number's exact decimal value, whatever its type. Cost: big-integer arithmetic for doubles and decimals. */
export function toExact(value: BsonNumber): ExactDecimal | NonFinite {
  if (value instanceof Int32) return normalized(BigInt(value.value), 0)
  if (value instanceof Long) return normalized(value.toBigInt(), 0)
  if (value instanceof Decimal128) return fromDecimal(value)
  if (Number.isNaN(value.value)) return 'NaN'
  if (!Number.isFinite(value.value)) return value.value > 0 ? 'Infinity' : '-Infinity'
  return fromDouble(value.value)
}

const NON_FINITE_RANK = { NaN: -2, '-Infinity': -1, Infinity: 1 } as const

function compareExact(a: ExactDecimal | NonFinite, b: ExactDecimal | NonFinite): number {
  const rankA = typeof a === 'string' ? NON_FINITE_RANK[a] : 0
  const rankB = typeof b === 'string' ? NON_FINITE_RANK[b] : 0
  if (typeof a === 'string' || typeof b === 'string') return Math.sign(rankA - rankB)
  const shift = Math.min(a.exponent, b.exponent)
  const left = a.coefficient * 10n ** BigInt(a.exponent - shift)
  const right = b.coefficient * 10n ** BigInt(b.exponent - shift)
  return left < right ? -1 : left > right ? 1 : 0
}

/** As a JavaScript number where that is exact. */
function asSafeNumber(value: BsonNumber): number | undefined {
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (value instanceof Long) {
    const number = value.toNumber()
    return Number.isSafeInteger(number) ? number : undefined
  }
  return undefined
}

/** Orders numbers by value across types, as the server does: NaN first, `-0` equal to `0`. */
export function compareNumbers(a: BsonNumber, b: BsonNumber): number {
  const x = asSafeNumber(a)
  const y = asSafeNumber(b)
  if (x === undefined || y === undefined) return compareExact(toExact(a), toExact(b))
  if (x < y) return -1
  if (x > y) return 1
  if (x === y) return 0
  return Number.isNaN(x) ? (Number.isNaN(y) ? 0 : -1) : 1
}

/** A string that equal numbers, and only they, share, whatever their types. */
export function numberKey(value: BsonNumber): string {
  const number = asSafeNumber(value)
  if (number !== undefined && Number.isSafeInteger(number)) return String(number === 0 ? 0 : number)
  const exact = toExact(value)
  if (typeof exact === 'string') return exact
  return exact.exponent === 0 ? String(exact.coefficient) : integerOrScientific(exact)
}

// safe integers that come as decimals must give the plain form that ints and longs give
function integerOrScientific({ coefficient, exponent }: ExactDecimal): string {
  if (exponent > 0 && exponent < 20) return String(coefficient * 10n ** BigInt(exponent))
  return `${coefficient}e${exponent}`
}
