import { isNumber, Long, ObjectId, Timestamp, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { named, type Maybe } from '../arguments.ts'
import { readStartOfWeek, readWholeArgument, readZone } from '../dates/arguments.ts'
import { coerceToDate, dateAt, isDateValue } from '../dates/instant.ts'
import { addUnits, readUnit, truncateTo, unitsBetween, type TimeUnit } from '../dates/units.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function readDate(value: BsonValue, operator: string, field: string, code: number): number {
  if (isDateValue(value) || value instanceof Timestamp || value instanceof ObjectId) {
    return coerceToDate(value).getTime()
  }
  throw new CommandError(code, `${operator} requires '${field}' to be a date, but got ${typeNameOf(value)}`)
}

function readUnitArgument(value: BsonValue, name: string, code: number): TimeUnit {
  if (typeof value === 'string') return readUnit(value)
  throw new CommandError(code, `${name} requires 'unit' to be a string, but got ${typeNameOf(value)}`)
}

function moving(sign: 1 | -1): OperatorCompiler {
  const fields = { startDate: 5166402, unit: 5166402, amount: 5166402, timezone: 'optional' } as const
  return named({ notObject: 5166400, unknown: 5166401, fields }, (get, has, name) => {
    const [start, unit, amount] = [get('startDate'), get('unit'), get('amount')]
    if (isNullish(start) || isNullish(unit) || isNullish(amount)) return null
    const zone = readZone(get, has, name)
    if (zone === null) return null
    const from = readDate(start, name, 'startDate', 5166403)
    const by = readUnitArgument(unit, name, 5166404)
    const count = isNumber(amount) ? wholeNumber(amount) : undefined
    if (count === undefined) throw new CommandError(5166405, `${name} expects integer amount of time units`)
    return dateAt(addUnits(from, by, sign * count, zone), name)
  })
}

const difference = named(
  {
    notObject: 5166301,
    unknown: 5166302,
    fields: { startDate: 5166303, endDate: 5166304, unit: 5166305, timezone: 'optional', startOfWeek: 'optional' },
  },
  (get, has, name) => {
    const [start, end, unit] = [get('startDate'), get('endDate'), get('unit')]
    if (isNullish(start) || isNullish(end) || isNullish(unit)) return null
    const zone = readZone(get, has, name)
    const firstDay = readStartOfWeek(get('startOfWeek'), name)
    if (zone === null) return null
    const from = readDate(start, name, 'startDate', 5166307)
    const to = readDate(end, name, 'endDate', 5166307)
    return Long.fromNumber(unitsBetween(from, to, readUnitArgument(unit, name, 5439013), zone, firstDay))
  },
)

const truncation = named(
  {
    notObject: 5439007,
    unknown: 5439008,
    fields: { date: 5439009, unit: 5439010, binSize: 'optional', timezone: 'optional', startOfWeek: 'optional' },
  },
  (get, has, name) => {
    const [date, unit, size] = [get('date'), get('unit'), get('binSize')]
    if (isNullish(date) || isNullish(unit) || (has('binSize') && isNullish(size))) return null
    const zone = readZone(get, has, name)
    const firstDay = readStartOfWeek(get('startOfWeek'), name)
    if (zone === null) return null
    const at = readDate(date, name, 'date', 5439012)
    return dateAt(truncateTo(at, readUnitArgument(unit, name, 5439013), readBinSize(size), zone, firstDay), name)
  },
)

function readBinSize(size: Maybe): number {
  if (isNullish(size)) return 1
  const text = `$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '${describe(size)}' of type ${typeNameOf(size)}`
  const count = readWholeArgument(size, 5439017, text)
  if (count > 0) return count
  throw new CommandError(5439018, `$dateTrunc requires 'binSize' to be greater than 0, but got value ${count}`)
}

/** Moving, comparing and rounding dates, in a time zone. */
export const DATE_ARITHMETIC_OPERATORS: OperatorTable = {
  $dateAdd: moving(1),
  $dateSubtract: moving(-1),
  $dateDiff: difference,
  $dateTrunc: truncation,
}
