import { CommandError } from '../../../bson/command-error.ts'
import { dateParts, type DateParts } from './parts.ts'
import { toLocal, type Zone } from './timezone.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** Lower-case names of months, whole and as three letters, with their numbers. */
export const MONTH_NUMBERS: ReadonlyMap<string, number> = new Map(
  MONTHS.flatMap((name, i) => [
    [name.toLowerCase(), i + 1],
    [name.slice(0, 3).toLowerCase(), i + 1],
  ]),
)

type Specifier = (parts: DateParts, offsetMinutes: number) => string

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0')

const SPECIFIERS: ReadonlyMap<string, Specifier> = new Map<string, Specifier>([
  ['Y', ({ year }) => paddedYear(year)],
  ['G', ({ isoWeekYear }) => paddedYear(isoWeekYear)],
  ['m', ({ month }) => padded(month, 2)],
  ['d', ({ day }) => padded(day, 2)],
  ['H', ({ hour }) => padded(hour, 2)],
  ['M', ({ minute }) => padded(minute, 2)],
  ['S', ({ second }) => padded(second, 2)],
  ['L', ({ millisecond }) => padded(millisecond, 3)],
  ['j', ({ dayOfYear }) => padded(dayOfYear, 3)],
  ['w', ({ dayOfWeek }) => String(dayOfWeek)],
  ['u', ({ isoDayOfWeek }) => String(isoDayOfWeek)],
  ['U', ({ week }) => padded(week, 2)],
  ['V', ({ isoWeek }) => padded(isoWeek, 2)],
  ['b', ({ month }) => MONTHS[month - 1]?.slice(0, 3) ?? ''],
  ['B', ({ month }) => MONTHS[month - 1] ?? ''],
  [
    'z',
    (_, offset) =>
      `${offset < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(offset) / 60), 2)}${padded(Math.abs(offset) % 60, 2)}`,
  ],
  ['Z', (_, offset) => String(offset)],
  ['%', () => '%'],
])

function paddedYear(year: number): string {
  if (year >= 0 && year <= 9999) return padded(year, 4)
  const text = `Could not convert date to string: date component was outside the supported range of 0-9999: ${year}`
  throw new CommandError(18537, text)
}

/**
 * Checks a format before anything is written in it.
 * @throws CommandError 18535 or 18536
 */
export function assertFormat(format: string): void {
  for (const [, letter] of format.matchAll(/%([^]?)/g)) {
    if (letter === '' || letter === undefined) throw new CommandError(18535, "Unmatched '%' at end of format string")
    if (!SPECIFIERS.has(letter)) {
      throw new CommandError(18536, `Invalid format character '%${letter}' in format string`)
    }
  }
}

/**
 * Writes an instant as a format says, in a zone.
 * @throws CommandError 18535, 18536, and 18537 for a year beyond four digits
 */
export function formatDate(utcMs: number, format: string, zone: Zone): string {
  assertFormat(format)
  const parts = dateParts(toLocal(utcMs, zone))
  const offset = Math.trunc(zone(utcMs) / 60_000)
  return format.replace(/%([^])/g, (_, letter: string) => SPECIFIERS.get(letter)?.(parts, offset) ?? '')
}
