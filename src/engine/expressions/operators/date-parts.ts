import { Int32, isDocument, Long, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed, missing } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { coerceToDate } from '../dates/instant.ts'
import { dateParts, type DateParts } from '../dates/parts.ts'
import { toLocal } from '../dates/timezone.ts'
import { describe } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable, ParseContext } from '../types.ts'

/** The date and the time zone of an operator that takes a date, or `{date, timezone}`. */
function compileDateArgument(
  argument: BsonValue,
  context: ParseContext,
  name: string,
): { date: Expression; timezone: Expression; hasZone: boolean } {
  if (isDocument(argument) && ![...argument.keys()][0]?.startsWith('$')) {
    const parts = compileNamed(argument, context, {
      notObject: [40539, ''],
      unknown: [40535, `unrecognized option to ${name}: `],
      fields: {
        date: [40539, `missing 'date' argument to ${name}, provided: ${describe(argument)}`],
        timezone: 'optional',
      },
    })
    return { ...parts, hasZone: argument.has('timezone') }
  }
  if (Array.isArray(argument) && argument.length !== 1) {
    const text = `${name} accepts exactly one argument if given an array, but was given ${argument.length}`
    throw new CommandError(40536, text)
  }
  const [date] = Array.isArray(argument) ? argument : [argument]
  return { date: context.compile(date ?? null), timezone: missing, hasZone: false }
}

function part(read: (parts: DateParts) => BsonValue): OperatorCompiler {
  return (argument, context, name) => {
    const { date, timezone, hasZone } = compileDateArgument(argument, context, name)
    return (scope) => {
      const value = date(scope)
      if (isNullish(value)) return null
      const zone = readZone(timezone(scope), hasZone, name)
      return zone && read(dateParts(toLocal(coerceToDate(value).getTime(), zone)))
    }
  }
}

const int = (name: keyof DateParts): OperatorCompiler => part((parts) => new Int32(parts[name]))

const compileToParts: OperatorCompiler = (argument, context, name) => {
  const { date, timezone, iso8601 } = compileNamed(argument, context, {
    notObject: [40524, '$dateToParts only supports an object as its argument'],
    unknown: [40520, 'Unrecognized argument to $dateToParts: '],
    fields: { date: [40522, "Missing 'date' parameter to $dateToParts"], timezone: 'optional', iso8601: 'optional' },
  })
  const hasZone = isDocument(argument) && argument.has('timezone')
  return (scope) => {
    const value = date(scope)
    if (isNullish(value)) return null
    const zone = readZone(timezone(scope), hasZone, name)
    const iso = iso8601(scope)
    if (zone === null || iso === null) return null
    if (iso !== undefined && typeof iso !== 'boolean') {
      throw new CommandError(40521, `iso8601 must evaluate to a bool, found ${describe(iso)}`)
    }
    const parts = dateParts(toLocal(coerceToDate(value).getTime(), zone))
    const names = iso ? (['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const) : (['year', 'month', 'day'] as const)
    const all = [...names, 'hour', 'minute', 'second', 'millisecond'] as const
    return new Map(all.map((field) => [field, new Int32(parts[field])]))
  }
}

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
  $dateToParts: compileToParts,
}
