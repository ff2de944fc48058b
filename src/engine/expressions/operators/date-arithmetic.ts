import { isDocument, isNumber, Long, ObjectId, Timestamp, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileNamed, type Maybe } from '../arguments.ts'
import { readStartOfWeek, readWholeArgument, readZone } from '../dates/arguments.ts'
import { coerceToDate, dateAt, isDateValue } from '../dates/instant.ts'
import { addUnits, readUnit, truncateTo, unitsBetween, type TimeUnit } from '../dates/units.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

function readDate(value: BsonValue, code: number, text: string): Date {
  if (isDateValue(value) || value instanceof Timestamp || value instanceof ObjectId) return coerceToDate(value)
  throw new CommandError(code, text)
}

function readUnitArgument(value: BsonValue, name: string, code: number): TimeUnit {
  if (typeof value === 'string') return readUnit(value)
  throw new CommandError(code, `${name} requires 'unit' to be a string, but got ${typeNameOf(value)}`)
}

function moving(sign: 1 | -1): OperatorCompiler {
  return (argument, context, name) => {
    const all: [number, string] = [5166402, `${name} requires startDate, unit, and amount to be present`]
    const parts = compileNamed(argument, context, {
      notObject: [5166400, `${name} expects an object as its argument.found input type:${typeNameOf(argument)}`],
      unknown: [5166401, `Unrecognized argument to ${name}: `],
      fields: { startDate: all, unit: all, amount: all, timezone: 'optional' },
    })
    const hasZone = isDocument(argument) && argument.has('timezone')
    return (scope) => {
      const [start, unit, amount] = [parts.startDate(scope), parts.unit(scope), parts.amount(scope)]
      const zoneValue = parts.timezone(scope)
      if (isNullish(start) || isNullish(unit) || isNullish(amount)) return null
      const zone = readZone(zoneValue, hasZone, name)
      if (zone === null) return null
      const text = `${name} requires startDate to be convertible to a date`
      const date = readDate(start, 5166403, text)
      if (typeof unit !== 'string') {
        throw new CommandError(5166404, `${name} expects string defining the time unit`)
      }
      const count = isNumber(amount) ? wholeNumber(amount) : undefined
      if (count === undefined) throw new CommandError(5166405, `${name} expects integer amount of time units`)
      const moved = addUnits(date.getTime(), readUnit(unit), sign * count, zone)
      return dateAt(moved, name)
    }
  }
}

const compileDifference: OperatorCompiler = (argument, context, name) => {
  const parts = compileNamed(argument, context, {
    notObject: [5166301, '$dateDiff only supports an object as its argument'],
    unknown: [5166302, 'Unrecognized argument to $dateDiff: '],
    fields: {
      startDate: [5166303, "Missing 'startDate' parameter to $dateDiff"],
      endDate: [5166304, "Missing 'endDate' parameter to $dateDiff"],
      unit: [5166305, "Missing 'unit' parameter to $dateDiff"],
      timezone: 'optional',
      startOfWeek: 'optional',
    },
  })
  const hasZone = isDocument(argument) && argument.has('timezone')
  return (scope) => {
    const [start, end, unit] = [parts.startDate(scope), parts.endDate(scope), parts.unit(scope)]
    if (isNullish(start) || isNullish(end) || isNullish(unit)) return null
    const zone = readZone(parts.timezone(scope), hasZone, name)
    const firstDay = readStartOfWeek(parts.startOfWeek(scope), name)
    if (zone === null) return null
    const date = (value: BsonValue, field: string): number =>
      readDate(value, 5166307, `$dateDiff requires '${field}' to be a date, but got ${typeNameOf(value)}`).getTime()
    const from = date(start, 'startDate')
    const to = date(end, 'endDate')
    const between = unitsBetween(from, to, readUnitArgument(unit, name, 5439013), zone, firstDay)
    return Long.fromNumber(between)
  }
}

const compileTruncate: OperatorCompiler = (argument, context, name) => {
  const parts = compileNamed(argument, context, {
    notObject: [5439007, '$dateTrunc only supports an object as its argument'],
    unknown: [5439008, 'Unrecognized argument to $dateTrunc: '],
    fields: {
      date: [5439009, "Missing 'date' parameter to $dateTrunc"],
      unit: [5439010, "Missing 'unit' parameter to $dateTrunc"],
      binSize: 'optional',
      timezone: 'optional',
      startOfWeek: 'optional',
    },
  })
  const has = (field: string): boolean => isDocument(argument) && argument.has(field)
  const [hasZone, hasSize] = [has('timezone'), has('binSize')]
  return (scope) => {
    const [date, unit, size] = [parts.date(scope), parts.unit(scope), parts.binSize(scope)]
    if (isNullish(date) || isNullish(unit) || (hasSize && isNullish(size))) return null
    const zone = readZone(parts.timezone(scope), hasZone, name)
    const firstDay = readStartOfWeek(parts.startOfWeek(scope), name)
    if (zone === null) return null
    const text = `$dateTrunc requires 'date' to be a date, but got ${typeNameOf(date)}`
    const at = readDate(date, 5439012, text).getTime()
    const bin = truncateTo(at, readUnitArgument(unit, name, 5439013), readBinSize(size), zone, firstDay)
    return dateAt(bin, name)
  }
}

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
  $dateDiff: compileDifference,
  $dateTrunc: compileTruncate,
}
