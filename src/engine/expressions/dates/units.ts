import { CommandError } from '../../../bson/command-error.ts'
import { dateParts, daysInMonth, utcMs } from './parts.ts'
import { fromLocal, toLocal, type Zone } from './timezone.ts'

/** Units of time, from the largest. */
export type TimeUnit = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'

const UNITS: ReadonlySet<string> = new Set([
  'year',
  'quarter',
  'month',
  'week',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
])

const DAY_MS = 86_400_000
const UNIT_MS = {
  week: 7 * DAY_MS,
  day: DAY_MS,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
} as const
const UNIT_MONTHS = { year: 12, quarter: 3, month: 1 } as const

/**
 * Checks the name of a unit.
 * @throws CommandError FailedToParse
 */
export function readUnit(name: string): TimeUnit {
  if (UNITS.has(name)) return name as TimeUnit
  throw new CommandError('FailedToParse', `unknown time unit value: ${name}`)
}

/**
 * Moves an instant. Days and longer units keep the time of day in the zone; a day that the month has not becomes its
 * last.
 */
export function addUnits(utcTime: number, unit: TimeUnit, amount: number, zone: Zone): number {
  if (unit === 'hour' || unit === 'minute' || unit === 'second' || unit === 'millisecond') {
    return utcTime + amount * UNIT_MS[unit]
  }
  const local = toLocal(utcTime, zone)
  if (unit === 'week' || unit === 'day') return fromLocal(local + amount * UNIT_MS[unit], zone)
  const parts = dateParts(local)
  const months = parts.year * 12 + parts.month - 1 + amount * UNIT_MONTHS[unit]
  const [year, month] = [Math.floor(months / 12), (((months % 12) + 12) % 12) + 1]
  const day = Math.min(parts.day, daysInMonth(year, month))
  return fromLocal(utcMs(year, month, day, [parts.hour, parts.minute, parts.second, parts.millisecond]), zone)
}

/** How many boundaries of a unit lie between two instants. */
export function unitsBetween(start: number, end: number, unit: TimeUnit, zone: Zone, startOfWeek: number): number {
  if (unit === 'millisecond') return end - start
  if (unit === 'hour' || unit === 'minute' || unit === 'second') {
    // an offset that is no whole hour moves the boundaries; a change of clocks in between makes no hour
    const shift = zone(start)
    return Math.floor((end + shift) / UNIT_MS[unit]) - Math.floor((start + shift) / UNIT_MS[unit])
  }
  const [a, b] = [toLocal(start, zone), toLocal(end, zone)]
  if (unit === 'day') return dayNumber(b) - dayNumber(a)
  if (unit === 'week') return weekNumber(b, startOfWeek) - weekNumber(a, startOfWeek)
  return Math.floor(monthNumber(b) / UNIT_MONTHS[unit]) - Math.floor(monthNumber(a) / UNIT_MONTHS[unit])
}

function dayNumber(localMs: number): number {
  return Math.floor(localMs / DAY_MS)
}

// the first day of 1970 was a Thursday
function weekNumber(localMs: number, startOfWeek: number): number {
  return Math.floor((dayNumber(localMs) + 3 - (startOfWeek - 1)) / 7)
}

function monthNumber(localMs: number): number {
  const { year, month } = dateParts(localMs)
  return year * 12 + month - 1
}

/** The start of the bin of `size` units that an instant lies in; bins are counted from the year 2000. */
export function truncateTo(utcTime: number, unit: TimeUnit, size: number, zone: Zone, startOfWeek: number): number {
  const local = toLocal(utcTime, zone)
  if (unit === 'year' || unit === 'quarter' || unit === 'month') {
    const months = size * UNIT_MONTHS[unit]
    const bin = Math.floor((monthNumber(local) - 2000 * 12) / months) * months + 2000 * 12
    return fromLocal(utcMs(Math.floor(bin / 12), (bin % 12) + 1, 1), zone)
  }
  const reference = referenceFor(unit, startOfWeek)
  const ms = size * UNIT_MS[unit]
  const floored = Math.floor((local - reference) / ms) * ms + reference
  if (unit === 'week' || unit === 'day') return fromLocal(floored, zone)
  // shorter bins do not feel a change of clocks
  return utcTime - (local - floored)
}

/** The first day of 2000 was a Saturday: weeks are counted from the first day of the wanted name on. */
function referenceFor(unit: TimeUnit, startOfWeek: number): number {
  const start = utcMs(2000, 1, 1)
  return unit === 'week' ? start + ((startOfWeek - 6 + 7) % 7) * DAY_MS : start
}
