import { Decimal128, Double, Int32, isNumber, Long, toNumber, typeName, type BsonValue } from '../../../bson/values.ts'
import { dateMs, isDateValue } from '../dates/instant.ts'
import { describe } from '../describe.ts'
import { fromInteger } from '../numeric/decimal.ts'
import { asDecimal, toDecimal128 } from '../numeric/decimal-conversion.ts'
import { powerOfTen } from '../numeric/decimal-rounding.ts'
import { fitsInt, fitsLong } from '../numeric/integers.ts'
import { roundNumber } from '../numeric/round.ts'
import { notFinite, overflow, unparsable, unsupported } from './errors.ts'

/** The integer that a value becomes, fractions cut off; of any size. */
function toInteger(value: BsonValue, target: 'int' | 'long'): bigint {
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'string') return parseInteger(value)
  if (isDateValue(value) && target === 'long') return dateMs(value)
  if (!isNumber(value)) throw unsupported(typeName(value), target)
  if (value instanceof Int32) return BigInt(value.value)
  if (value instanceof Long) return value.toBigInt()
  const number = toNumber(value)
  if (Number.isNaN(number)) throw notFinite('NaN')
  if (Math.abs(number) === Infinity) throw notFinite('infinity')
  // far beyond a long: no need for the exact value
  if (Math.abs(number) > 1e19) throw overflow(describe(value))
  const whole = asDecimal(roundNumber(value, 0, 'truncate') ?? value, 34)
  if (typeof whole === 'string') throw notFinite('NaN')
  const size = whole.coefficient * powerOfTen(Math.max(0, whole.exponent))
  const integer = size / powerOfTen(Math.max(0, -whole.exponent))
  return whole.negative ? -integer : integer
}

function parseInteger(text: string): bigint {
  if (/^[+-]?\d+$/.test(text)) return BigInt(text.replace('+', ''))
  const why = text === '' ? 'No digits' : /^[+-]?\d/.test(text) ? 'Did not consume whole string.' : 'Bad digit'
  throw unparsable('number', text, why)
}

/** Converts to an int. */
export function toInt(value: BsonValue): Int32 {
  const integer = toInteger(value, 'int')
  if (fitsInt(Number(integer))) return new Int32(Number(integer))
  if (typeof value === 'string') throw unparsable('number', value, 'Overflow')
  throw overflow(describe(value))
}

/** Converts to a long. */
export function toLong(value: BsonValue): Long {
  const integer = toInteger(value, 'long')
  if (fitsLong(integer)) return Long.fromBigInt(integer)
  if (typeof value === 'string') throw unparsable('number', value, 'Overflow')
  throw overflow(describe(value))
}

/** Converts to a double. */
export function toDouble(value: BsonValue): Double {
  if (typeof value === 'boolean') return new Double(Number(value))
  if (isDateValue(value)) return new Double(Number(dateMs(value)))
  if (typeof value === 'string') return new Double(parseDouble(value))
  if (!isNumber(value)) throw unsupported(typeName(value), 'double')
  const number = toNumber(value)
  if (value instanceof Decimal128 && Math.abs(number) === Infinity && !value.toString().includes('Inf')) {
    throw overflow(describe(value))
  }
  return new Double(number)
}

function parseDouble(text: string): number {
  if (/^[+-]?(inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (/^[+-]?nan$/i.test(text)) return NaN
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    const number = Number(text)
    if (Number.isFinite(number)) return number
    throw unparsable('number', text, 'Out of range')
  }
  const why = text === '' ? 'Empty string' : 'Did not consume whole string.'
  throw unparsable('number', text, why)
}

/** Converts to a decimal. */
export function toDecimal(value: BsonValue): Decimal128 {
  if (typeof value === 'boolean') return toDecimal128(fromInteger(value ? 1n : 0n))
  if (isDateValue(value)) return toDecimal128(fromInteger(dateMs(value)))
  if (typeof value === 'string') return parseDecimal(value)
  if (!isNumber(value)) throw unsupported(typeName(value), 'decimal')
  return value instanceof Decimal128 ? value : toDecimal128(asDecimal(value))
}

function parseDecimal(text: string): Decimal128 {
  try {
    return Decimal128.fromStringWithRounding(text)
  } catch {
    const why = text === '' ? 'Empty string' : 'Failed to parse string to decimal'
    throw unparsable('number', text, why)
  }
}
