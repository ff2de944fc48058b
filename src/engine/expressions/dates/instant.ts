import { ObjectId, Timestamp, WideDate, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { typeNameOf } from '../describe.ts'
import { fitsLong } from '../numeric/integers.ts'

/** How far a JavaScript `Date` reaches on both sides of 1970. */
const MAX_DATE_MS = 8_640_000_000_000_000n

/** Whether a value is of the BSON type date. */
export function isDateValue(value: BsonValue | undefined): value is Date | WideDate {
  return value instanceof Date || value instanceof WideDate
}

/** A date's milliseconds since 1970. */
export function dateMs(date: Date | WideDate): bigint {
  return date instanceof Date ? BigInt(date.getTime()) : date.ms
}

/**
 * The date at so many milliseconds since 1970.
 * @throws CommandError Overflow beyond 64 bits
 */
export function toDateValue(ms: bigint, operator: string): Date | WideDate {
  if (!fitsLong(ms)) throw new CommandError('Overflow', `date overflow in ${operator}`)
  return ms >= -MAX_DATE_MS && ms <= MAX_DATE_MS ? new Date(Number(ms)) : new WideDate(ms)
}

/**
 * What date operators take for a date: dates, timestamps and object ids (by their seconds).
 * @throws CommandError 16006 for other types
 */
export function coerceToDate(value: BsonValue | undefined): Date {
  if (value instanceof Date) return value
  if (value instanceof Timestamp) return new Date(value.t * 1000)
  if (value instanceof ObjectId) return value.getTimestamp()
  if (value instanceof WideDate)
    throw new CommandError('BadValue', 'date is out of the range that can be computed with')
  throw new CommandError(16006, `can't convert from BSON type ${typeNameOf(value)} to Date`)
}

/**
 * The date at so many milliseconds since 1970, after arithmetic that may have left the range of numbers.
 * @throws CommandError Overflow
 */
export function dateAt(ms: number, operator: string): Date | WideDate {
  if (!Number.isFinite(ms)) throw new CommandError('Overflow', `date overflow in ${operator}`)
  return toDateValue(BigInt(Math.trunc(ms)), operator)
}
