import { CommandError } from '../../../bson/command-error.ts'
import { MONTH_NUMBERS } from './format.ts'
import { parseByFormat } from './parse-format.ts'
import { daysInMonth, utcMs } from './parts.ts'
import { findZone, fromLocal, UTC, type Zone } from './timezone.ts'

/** What was read from a date in text. */
export interface ParsedDate {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly time: readonly number[]
  /** The zone that the text itself names. */
  readonly zone?: string
}

const TIME = String.raw`(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?`
const ZONE = String.raw`\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?`
const LAYOUTS: readonly (readonly [RegExp, (parts: readonly string[]) => readonly (string | number)[]])[] = [
  [new RegExp(`^(\\d{4})[-/](\\d{1,2})[-/](\\d{1,2})${TIME}${ZONE}$`, 'i'), ([y = '', m = '', d = '']) => [y, m, d]],
  [new RegExp(`^(\\d{4})(\\d{2})(\\d{2})${TIME}${ZONE}$`, 'i'), ([y = '', m = '', d = '']) => [y, m, d]],
  [new RegExp(`^(\\d{1,2})/(\\d{1,2})/(\\d{4})${TIME}${ZONE}$`, 'i'), ([m = '', d = '', y = '']) => [y, m, d]],
  [
    new RegExp(`^(?:[a-z]{3,9},? +)?([a-z]{3,9})\\.? +(\\d{1,2})(?:st|nd|rd|th)?,? +(\\d{4})${TIME}${ZONE}$`, 'i'),
    ([m = '', d = '', y = '']) => [y, MONTH_NUMBERS.get(m.toLowerCase()) ?? 0, d],
  ],
  [
    new RegExp(`^(?:[a-z]{3,9},? +)?(\\d{1,2})[ -]([a-z]{3,9})[ -](\\d{4})${TIME}${ZONE}$`, 'i'),
    ([d = '', m = '', y = '']) => [y, MONTH_NUMBERS.get(m.toLowerCase()) ?? 0, d],
  ],
]

/**
 * Reads a date from text: by a format, or else ISO 8601 and the usual ways to write a date.
 * @param zone the zone of a text that names none; UTC by default
 * @throws CommandError ConversionFailure for text that is no date, or that names a zone although one is given
 */
export function parseDate(text: string, format: string | undefined, zone: Zone | undefined): Date {
  const parsed = format === undefined ? parseLoosely(text) : parseByFormat(text, format)
  if (!parsed || !isReal(parsed)) throw failure(text)
  if (parsed.zone !== undefined && zone !== undefined) {
    const problem = `you cannot pass in a date/time string with time zone information ('${parsed.zone}')`
    throw new CommandError('ConversionFailure', `${problem} together with a timezone argument`)
  }
  const own = parsed.zone === undefined ? (zone ?? UTC) : findZone(parsed.zone.toUpperCase())
  return new Date(fromLocal(utcMs(parsed.year, parsed.month, parsed.day, parsed.time), own))
}

function failure(text: string): CommandError {
  return new CommandError('ConversionFailure', `Error parsing date string '${text}'`)
}

function isReal({ year, month, day, time }: ParsedDate): boolean {
  const [hour = 0, minute = 0, second = 0] = time
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return false
  return hour < 24 && minute < 60 && second < 60
}

function parseLoosely(text: string): ParsedDate | undefined {
  for (const [layout, order] of LAYOUTS) {
    const match = layout.exec(text.trim())
    if (!match) continue
    const [year = 0, month = 0, day = 0] = order(match.slice(1, 4)).map(Number)
    const [hour, minute, second, fraction] = match.slice(4, 8) as (string | undefined)[]
    const ms = fraction === undefined ? 0 : Math.trunc(Number(`0.${fraction}`) * 1000 + 1e-6)
    const time = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms]
    const zone = match[8]
    return zone === undefined ? { year, month, day, time } : { year, month, day, time, zone }
  }
  return undefined
}
