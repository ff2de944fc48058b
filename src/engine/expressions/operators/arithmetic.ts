import { type BsonNumber, type BsonValue, isNumber, Long, type WideDate } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, variadic, type Maybe } from '../arguments.ts'
import { dateMs, isDateValue, toDateValue } from '../dates/instant.ts'
import { typeNameOf } from '../describe.ts'
import { ADDITION, combineAll, divide, modulo, MULTIPLICATION, subtract } from '../numeric/arithmetic.ts'
import { isZero } from '../../../bson/numbers/numbers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

function addValues(values: readonly Maybe[]): Maybe {
  const numbers: BsonNumber[] = []
  let date: Date | WideDate | undefined
  for (const value of values) {
    if (isNullish(value)) return null
    if (isNumber(value)) numbers.push(value)
    else if (!isDateValue(value)) {
      throw new CommandError('TypeMismatch', `$add only supports numeric or date types, not ${typeNameOf(value)}`)
    } else {
      if (date !== undefined) throw new CommandError(16612, 'only one date allowed in an $add expression')
      date = value
    }
  }
  const sum = combineAll(numbers, ADDITION)
  return date === undefined ? sum : moveDate(date, sum, '$add')
}

// what is added to a date is milliseconds, rounded
function moveDate(date: Date | WideDate, by: BsonNumber, name: string): BsonValue {
  const ms = by instanceof Long ? by.toBigInt() : roundedMs(Number(by.toString()), name)
  return toDateValue(dateMs(date) + ms, name)
}

function roundedMs(ms: number, name: string): bigint {
  if (!Number.isFinite(ms)) throw new CommandError('Overflow', `date overflow in ${name}`)
  return BigInt(Math.sign(ms) * Math.round(Math.abs(ms)))
}

function subtractValues(left: Maybe, right: Maybe): Maybe {
  if (isNullish(left) || isNullish(right)) return null
  if (isNumber(left) && isNumber(right)) return subtract(left, right)
  if (isDateValue(left)) {
    if (isDateValue(right)) return Long.fromBigInt(dateMs(left) - dateMs(right))
    if (isNumber(right)) return moveDate(left, subtract(ZERO_LONG, right), '$subtract')
  }
  throw new CommandError('TypeMismatch', `can't $subtract ${typeNameOf(right)} from ${typeNameOf(left)}`)
}

const ZERO_LONG = Long.fromInt(0)

function multiplyValues(values: readonly Maybe[]): Maybe {
  const numbers: BsonNumber[] = []
  let nullish = false
  for (const value of values) {
    if (isNullish(value)) nullish = true
    else if (isNumber(value)) numbers.push(value)
    else throw new CommandError('TypeMismatch', `$multiply only supports numeric types, not ${typeNameOf(value)}`)
  }
  return nullish ? null : combineAll(numbers, MULTIPLICATION)
}

function divideValues(left: Maybe, right: Maybe): Maybe {
  if (isNumber(left) && isNumber(right)) {
    if (isZero(right)) throw new CommandError('BadValue', "can't $divide by zero")
    return divide(left, right)
  }
  if (isNullish(left) || isNullish(right)) return null
  const types = `${typeNameOf(left)} and ${typeNameOf(right)}`
  throw new CommandError('TypeMismatch', `$divide only supports numeric types, not ${types}`)
}

function moduloValues(left: Maybe, right: Maybe): Maybe {
  if (isNumber(left) && isNumber(right)) {
    if (isZero(right)) throw new CommandError(16610, "can't $mod by zero")
    return modulo(left, right)
  }
  if (isNullish(left) || isNullish(right)) return null
  throw new CommandError(16611, `$mod only supports numeric types, not ${typeNameOf(left)} and ${typeNameOf(right)}`)
}

/** Arithmetic with the server's types: int, long, double, decimal, in that order of width; null for null or missing. */
export const ARITHMETIC_OPERATORS: OperatorTable = {
  $add: variadic(addValues),
  $subtract: binary(subtractValues),
  $multiply: variadic(multiplyValues),
  $divide: binary(divideValues),
  $mod: binary(moduloValues),
}
