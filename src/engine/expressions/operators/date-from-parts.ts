import { isDocument, isNumber, type BsonDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed } from '../arguments.ts'
import { readZone } from '../dates/arguments.ts'
import { dateAt } from '../dates/instant.ts'
import { fromWeek } from '../dates/parse-format.ts'
import { utcMs } from '../dates/parts.ts'
import { fromLocal } from '../dates/timezone.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable, Scope } from '../types.ts'

const TIME = ['hour', 'minute', 'second', 'millisecond'] as const
const CALENDAR = ['year', 'month', 'day'] as const
const ISO = ['isoWeekYear', 'isoWeek', 'isoDayOfWeek'] as const
const MAX_PART = 32_767

const compileFromParts: OperatorCompiler = (argument, context, name) => {
  const parts = compileNamed(argument, context, {
    notObject: [40519, `$dateFromParts only supports an object as an argument, found: ${typeNameOf(argument)}`],
    unknown: [40518, 'Unrecognized argument to $dateFromParts: '],
    fields: {
      year: 'optional',
      month: 'optional',
      day: 'optional',
      isoWeekYear: 'optional',
      isoWeek: 'optional',
      isoDayOfWeek: 'optional',
      hour: 'optional',
      minute: 'optional',
      second: 'optional',
      millisecond: 'optional',
      timezone: 'optional',
    },
  })
  const given = isDocument(argument) ? argument : (new Map() as BsonDocument)
  const iso = isIso(given)
  return (scope) => {
    const zone = readZone(parts.timezone(scope), given.has('timezone'), name)
    const day = (iso ? ISO : CALENDAR).map((field) => readPart(parts[field], given.has(field), 1, field, scope))
    const time = TIME.map((field) => readPart(parts[field], given.has(field), 0, field, scope))
    const [year, second, third, ...clock] = [...day, ...time]
    if (zone === null || isAbsent(year) || isAbsent(second) || isAbsent(third)) return null
    const numbers = clock.filter((number) => typeof number === 'number')
    if (numbers.length < clock.length) return null
    const date = iso ? fromWeek(year, second, third) : { year, month: second, day: third }
    return dateAt(fromLocal(utcMs(date.year, date.month, date.day, numbers), zone), name)
  }
}

function isAbsent(value: number | null | undefined): value is null | undefined {
  return value === null || value === undefined
}

function isIso(given: BsonDocument): boolean {
  if (given.has('isoWeekYear')) {
    const mixed = ['year', 'month', 'day'].some((field) => given.has(field))
    if (mixed) throw new CommandError(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
    return true
  }
  if (given.has('isoWeek') || given.has('isoDayOfWeek')) {
    throw new CommandError(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
  }
  if (given.has('year')) return false
  throw new CommandError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
}

function readPart(expression: Expression, given: boolean, absent: number, field: string, scope: Scope): number | null {
  if (!given) return absent
  const value = expression(scope)
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
  $dateFromParts: compileFromParts,
}
