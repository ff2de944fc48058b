import { toExact } from './exact-number.ts'
import { Decimal128, Double, isNumber, type BsonNumber, type BsonValue } from '../values.ts'
import { CommandError, type ErrorName } from '../command-error.ts'
import { toText } from '../shell-text.ts'

const MAX_INT64 = 2n ** 63n - 1n
const MIN_INT64 = -(2n ** 63n)

/** Beyond so many digits a number is out of range, however many more there are. */
const MANY_DIGITS = 40

/**
 * The number without its fraction, for what takes 64 bits: far beyond them it is too large as well, but may be another
 * number. Undefined for NaN and infinities.
 */
export function truncated(value: BsonNumber): bigint | undefined {
  const exact = toExact(value)
  if (typeof exact === 'string') return undefined
  if (exact.exponent >= 0) return exact.coefficient * 10n ** BigInt(Math.min(exact.exponent, MANY_DIGITS))
  // a tiny decimal would need a huge power of ten
  return exact.exponent < -400 ? 0n : exact.coefficient / 10n ** BigInt(-exact.exponent)
}

/** Whether a number has no fraction. */
export function isWhole(value: BsonNumber): boolean {
  const exact = toExact(value)
  return typeof exact !== 'string' && exact.exponent >= 0
}

/**
 * Reads a whole number, as operands such as `$size`'s and `$pop`'s must be.
 * @param name the operand's name in messages
 * @param code what to raise; FailedToParse by default
 * @throws CommandError when the value is not a number, not whole, or beyond 64 bits
 */
export function readWhole(value: BsonValue, name: string, code: ErrorName = 'FailedToParse', prefix = ''): bigint {
  const shown = `${name}: ${toText(value)}`
  const refuse = (why: string): CommandError => new CommandError(code, `${prefix}${why}: ${shown}`)
  if (!isNumber(value)) throw refuse('Expected a number in')
  if ((value instanceof Double || value instanceof Decimal128) && value.toString() === 'NaN') {
    throw refuse('Expected an integer, but found NaN in')
  }
  const whole = truncated(value)
  if (whole === undefined || whole > MAX_INT64 || whole < MIN_INT64) {
    throw refuse('Cannot represent as a 64-bit integer')
  }
  if (!isWhole(value)) throw refuse('Expected an integer')
  return whole
}

/**
 * Reads a whole number that is not negative.
 * @throws CommandError as {@link readWhole}, and for negative numbers
 */
export function readNonNegative(
  value: BsonValue,
  name: string,
  code: ErrorName = 'FailedToParse',
  prefix = '',
): bigint {
  const whole = readWhole(value, name, code, prefix)
  if (whole >= 0n) return whole
  throw new CommandError(code, `${prefix}Expected a non-negative number in: ${name}: ${toText(value)}`)
}
