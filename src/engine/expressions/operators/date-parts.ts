import { Int32, isDocument, Long, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { named, unary, type Get, type Has, type Maybe } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { coerceToDate } from '../dates/instant.ts'
import { dateParts, type DateParts } from '../dates/parts.ts'
import { toLocal } from '../dates/timezone.ts'
import { describe } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

type Field = 'date' | 'timezone'

/** The parts of a date in a time zone; null where one of the two is. */
function partsOf(get: Get<Field>, has: Has<Field>, name: string): DateParts | null {
  const date = get('date')
  if (isNullish(date)) return null
  const zone = readZone(get, has, name)
  return zone && dateParts(toLocal(coerceToDate(date).getTime(), zone))
}

/** An operator that takes a date, or `{date, timezone}`. */
function part(read: (parts: DateParts) => BsonValue): OperatorCompiler {
  const evaluate = (get: Get<Field>, has: Has<Field>, name: string): Maybe => {
    const parts = partsOf(get, has, name)
    return parts && read(parts)
  }
  const ofBoth = named({ notObject: 40539, unknown: 40535, fields: { date: 40539, timezone: 'optional' } }, evaluate)
  const ofDate = unary((date, name) =>
    evaluate(
      () => date,
      () => false,
      name,
    ),
  )
  return (argument, context, name) => {
    if (isDocument(argument) && ![...argument.keys()][0]?.startsWith('$')) return ofBoth(argument, context, name)
    if (!Array.isArray(argument) || argument.length === 1) return ofDate(argument, context, name)
    const text = `${name} accepts exactly one argument if given an array, but was given ${argument.length}`
    throw new CommandError(40536, text)
  }
}

const int = (name: keyof DateParts): OperatorCompiler => part((parts) => new Int32(parts[name]))

const toParts = named(
  { notObject: 40524, unknown: 40520, fields: { date: 40522, timezone: 'optional', iso8601: 'optional' } },
  (get, has, name) => {
    const parts = partsOf(get, has, name)
    const iso = get('iso8601')
    if (parts === null || iso === null) return null
    if (iso !== undefined && typeof iso !== 'boolean') {
      throw new CommandError(40521, `iso8601 must evaluate to a bool, found ${describe(iso)}`)
    }
    const names = iso ? (['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const) : (['year', 'month', 'day'] as const)
    const all = [...names, 'hour', 'minute', 'second', 'millisecond'] as const
    return new Map(all.map((field) => [field, new Int32(parts[field])]))
  },
)

/** Parts of dates, in a time zone. */
export const DATE_PART_OPERATORS: OperatorTable = {
  $year: int('year'),
  $month: int('month'),
  $dayOfMonth: int('day'),
  $hour: int('hour'),
  $minute: int('minute'),
  $second: int('second'),
  $millisecond: int('millisecond'),
  $dayOfWeek: int('dayOfWeek'),
  $dayOfYear: int('dayOfYear'),
  $week: int('week'),
  $isoDayOfWeek: int('isoDayOfWeek'),
  $isoWeek: int('isoWeek'),
  // the server's own type for this one
  $isoWeekYear: part(({ isoWeekYear }) => Long.fromInt(isoWeekYear)),
  $dateToParts: toParts,
}
