import { CommandError } from '../../../bson/command-error.ts'
import { assertFormat, MONTH_NUMBERS } from './format.ts'
import type { ParsedDate } from './parse.ts'
import { dateParts, utcMs } from './parts.ts'

/** How each specifier looks in text. */
const PATTERNS: ReadonlyMap<string, string> = new Map([
  ['Y', String.raw`(?<Y>\d{4})`],
  ['G', String.raw`(?<G>\d{4})`],
  ['m', String.raw`(?<m>\d{1,2})`],
  ['d', String.raw`(?<d>\d{1,2})`],
  ['H', String.raw`(?<H>\d{1,2})`],
  ['M', String.raw`(?<M>\d{1,2})`],
  ['S', String.raw`(?<S>\d{1,2})`],
  ['L', String.raw`(?<L>\d{1,3})`],
  ['j', String.raw`(?<j>\d{1,3})`],
  ['u', String.raw`(?<u>[1-7])`],
  ['V', String.raw`(?<V>\d{1,2})`],
  ['b', '(?<b>[a-z]{3})'],
  ['B', '(?<B>[a-z]{3,9})'],
  ['z', String.raw`(?<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})`],
  ['Z', String.raw`(?<Z>[+-]\d{1,4})`],
  ['%', '%'],
])

/**
 * Reads a date by a format.
 * @returns `undefined` for text that does not fit it
 * @throws CommandError 18535 or 18536 for a format that is none
 */
export function parseByFormat(text: string, format: string): ParsedDate | undefined {
  assertFormat(format)
  const found = compile(format).exec(text)
  if (!found) return undefined
  const groups = new Map(Object.entries(found.groups ?? {}))
  const number = (name: string, absent: number): number => Number(groups.get(name) ?? absent)
  const date = readDay(groups, number)
  if (!date) return undefined
  const time = [number('H', 0), number('M', 0), number('S', 0), Number((groups.get('L') ?? '').padEnd(3, '0'))]
  const minutes = groups.get('Z')
  const zone = minutes === undefined ? groups.get('z') : offsetText(Number(minutes))
  return zone === undefined ? { ...date, time } : { ...date, time, zone }
}

function offsetText(minutes: number): string {
  const size = Math.abs(minutes)
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}${pad(size % 60)}`
}

function readDay(
  groups: ReadonlyMap<string, string | undefined>,
  number: (name: string, absent: number) => number,
): Pick<ParsedDate, 'year' | 'month' | 'day'> | undefined {
  const year = number('Y', 1970)
  if (groups.get('G') !== undefined) return fromWeek(number('G', 1970), number('V', 1), number('u', 1))
  if (groups.get('Y') === undefined) return undefined
  if (groups.get('j') !== undefined) {
    const { month, day } = dateParts(utcMs(year, 1, number('j', 1)))
    return { year, month, day }
  }
  const name = groups.get('B') ?? groups.get('b')
  const month = name === undefined ? number('m', 0) : (MONTH_NUMBERS.get(name.toLowerCase()) ?? 0)
  const day = number('d', 0)
  // a date needs all its parts
  return month === 0 || day === 0 ? undefined : { year, month, day }
}

/** The calendar day of a day in an ISO week. */
export function fromWeek(year: number, week: number, day: number): { year: number; month: number; day: number } {
  // the fourth of January is always in the first week
  const { isoDayOfWeek } = dateParts(utcMs(year, 1, 4))
  const parts = dateParts(utcMs(year, 1, 4 - isoDayOfWeek + 1 + (week - 1) * 7 + (day - 1)))
  return { year: parts.year, month: parts.month, day: parts.day }
}

function compile(format: string): RegExp {
  const seen = new Set<string>()
  const source = format.replace(/%([^])|[^]/g, (part, letter: string | undefined) => {
    if (letter === undefined) return part.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
    if (letter !== '%' && seen.has(letter)) {
      throw new CommandError('ConversionFailure', `Duplicate format character '%${letter}' in format string`)
    }
    seen.add(letter)
    const pattern = PATTERNS.get(letter)
    if (pattern === undefined) {
      throw new CommandError(18536, `Invalid format character '%${letter}' in format string`)
    }
    return pattern
  })
  return new RegExp(`^${source}$`, 'i')
}
