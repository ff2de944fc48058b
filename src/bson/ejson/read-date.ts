import { WideDate } from '../values.ts'
import { isoToMs, MAX_DATE_MS } from './iso-date.ts'
import { type Expect, fieldsOf, JsonNumber } from './json.ts'
import { readInt64 } from './read-number.ts'

/**
 * Reads what `$date` holds: ISO 8601 with a time zone and up to milliseconds, a day alone for its start in UTC, or
 * milliseconds since 1970 as `$numberLong` or as a number.
 */
export function readDate(json: unknown, expect: Expect): Date | WideDate {
  const expected = 'a date such as "2026-01-31T12:00:00Z" or {"$numberLong": "1769860800000"}'
  if (typeof json === 'string') return new Date(isoToMs(json) ?? expect(expected, json))
  if (json instanceof JsonNumber || typeof json === 'number') {
    const ms = Number(json instanceof JsonNumber ? json.text : json)
    return Number.isSafeInteger(ms) ? toDate(BigInt(ms)) : expect(expected, json)
  }
  const [only, ...others] = fieldsOf(json) ?? []
  if (only?.[0] !== '$numberLong' || others.length > 0) return expect(expected, json)
  return toDate(readInt64(only[1], expect))
}

function toDate(ms: bigint): Date | WideDate {
  return ms >= -MAX_DATE_MS && ms <= MAX_DATE_MS ? new Date(Number(ms)) : new WideDate(ms)
}
