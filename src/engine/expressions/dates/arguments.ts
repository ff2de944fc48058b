import { isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Get, Has } from '../arguments.ts'
import { findZone, UTC, type Zone } from './timezone.ts'

const WEEKDAYS: ReadonlyMap<string, number> = new Map(
  ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].flatMap((name, i) => [
    [name, i + 1],
    [name.slice(0, 3), i + 1],
  ]),
)

/**
 * Reads the `timezone` argument.
 * @returns `null` for null: the operator's result is null then; UTC when it was not given
 * @throws CommandError 40533 for another type, 40485 for an unknown zone
 */
export function readZone(get: Get<'timezone'>, has: Has<'timezone'>, operator: string, code = 40533): Zone | null {
  if (!has('timezone')) return UTC
  const value = get('timezone')
  if (isNullish(value)) return null
  if (typeof value === 'string') return findZone(value)
  const text = `${operator} requires a string for the timezone argument, but was given a ${typeNameOf(value)} (${describe(value)})`
  throw new CommandError(code, text)
}

/**
 * Reads a `startOfWeek` argument: 1 is Monday; Sunday by default.
 * @throws CommandError 5439015 for another type, FailedToParse for an unknown name
 */
export function readStartOfWeek(value: BsonValue | undefined, operator: string): number {
  if (isNullish(value)) return 7
  if (typeof value !== 'string') {
    throw new CommandError(5439015, `${operator} requires 'startOfWeek' to be a string, but got ${typeNameOf(value)}`)
  }
  const day = WEEKDAYS.get(value.toLowerCase())
  if (day !== undefined) return day
  const text = `${operator} parameter 'startOfWeek' value cannot be recognized as a day of a week: ${value}`
  throw new CommandError('FailedToParse', text)
}

/** A whole number that an argument stands for; a refusal with `code` for anything else. */
export function readWholeArgument(value: BsonValue, code: number, text: string): number {
  const number = isNumber(value) ? wholeInt(value) : undefined
  if (number !== undefined) return number
  throw new CommandError(code, text)
}
