import { isDocument, isNumber } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { named, type Maybe } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { dateAt } from '../dates/instant.ts'
import { fromWeek } from '../dates/parse-format.ts'
import { utcMs } from '../dates/parts.ts'
import { fromLocal } from '../dates/timezone.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

const CALENDAR = ['year', 'month', 'day'] as const
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const
const TIME = ['hour', 'minute', 'second', 'millisecond'] as const
type Part = (typeof CALENDAR | typeof ISO | typeof TIME)[number]
const FIELDS = Object.fromEntries(
  [...CALENDAR, ...ISO, ...TIME, 'timezone'].map((field) => [field, 'optional']),
) as Record<Part | 'timezone', 'optional'>
const MAX_PART = 32_767

const fromParts = named({ notObject: 40519, unknown: 40518, fields: FIELDS }, (get, has, name) => {
  const iso = isIso(has)
  const zone = readZone(get, has, name)
  const read = (field: Part, absent: number) => (has(field) ? readPart(get(field), field) : absent)
  const numbers = [...(iso ? ISO : CALENDAR).map((field) => read(field, 1)), ...TIME.map((field) => read(field, 0))]
  if (zone === null || numbers.includes(null)) return null
  // the three of the day are there, and none is null
  const [year, second, third, ...clock] = numbers as [number, number, number, ...number[]]
  const date = iso ? fromWeek(year, second, third) : { year, month: second, day: third }
  return dateAt(fromLocal(utcMs(date.year, date.month, date.day, clock), zone), name)
})

function isIso(has: (field: Part) => boolean): boolean {
  const isMixed = has('isoWeekYear') ? CALENDAR.some(has) : has('isoWeek') || has('isoDayOfWeek')
  if (isMixed) throw new CommandError(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
  if (has('isoWeekYear') || has('year')) return has('isoWeekYear')
  throw new CommandError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
}

function readPart(value: Maybe, field: Part): number | null {
  if (isNullish(value)) return null
  const number = isNumber(value) ? wholeNumber(value) : undefined
  if (number === undefined) {
    const text = `'${field}' must evaluate to an integer, found ${typeNameOf(value)} with value ${describe(value)}`
    throw new CommandError(40515, text)
  }
  if (field === 'year' || field === 'isoWeekYear') {
    if (number >= 1 && number <= 9999) return number
    throw new CommandError(40523, `'${field}' must evaluate to an integer in the range 1 to 9999, found ${number}`)
  }
  // seconds and milliseconds have the room of a long
  if (Math.abs(number) <= MAX_PART || field === 'second' || field === 'millisecond') return number
  const text = `'${field}' must evaluate to a value in the range [-32768, 32767]; value ${number} is not in range`
  throw new CommandError(31034, text)
}

/** Dates out of their parts; parts out of their range carry over. */
export const DATE_FROM_PARTS_OPERATORS: OperatorTable = {
  $dateFromParts: (argument, context, name) => {
    const compiled = fromParts(argument, context, name)
    // a mixture is refused before there are documents
    if (isDocument(argument)) isIso((field) => argument.has(field))
    return compiled
  },
}
