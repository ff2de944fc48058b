import { Int32, isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, ranged, unary, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'
import { compareMaybe } from './comparison.ts'

function elementAt(array: Maybe, index: Maybe): Maybe {
  if (isNullish(array) || isNullish(index)) return null
  if (!Array.isArray(array)) {
    throw new CommandError(28689, `$arrayElemAt's first argument must be an array, but is ${typeNameOf(array)}`)
  }
  if (!isNumber(index)) {
    const text = `$arrayElemAt's second argument must be a numeric value, but is ${typeNameOf(index)}`
    throw new CommandError(28690, text)
  }
  const position = wholeInt(index)
  if (position === undefined) {
    const text = `$arrayElemAt's second argument must be representable as a 32-bit integer: ${describe(index)}`
    throw new CommandError(28691, text)
  }
  return array.at(position)
}

function atEnd(position: 0 | -1): OperatorCompiler {
  return unary((array, name) => {
    if (isNullish(array)) return null
    if (Array.isArray(array)) return array.at(position)
    throw new CommandError(28689, `${name}'s argument must be an array, but is ${typeNameOf(array)}`)
  })
}

function contains(value: Maybe, array: Maybe): boolean {
  if (!Array.isArray(array)) {
    throw new CommandError(40081, `$in requires an array as a second argument, found: ${typeNameOf(array)}`)
  }
  return array.some((item) => compareMaybe(item, value) === 0)
}

function size(array: Maybe): Maybe {
  if (Array.isArray(array)) return new Int32(array.length)
  throw new CommandError(17124, `The argument to $size must be an array, but was of type: ${typeNameOf(array)}`)
}

function slice([array, first, second]: readonly Maybe[]): Maybe {
  if (isNullish(array) || isNullish(first)) return null
  if (!Array.isArray(array)) {
    throw new CommandError(28724, `First argument to $slice must be an array, but is of type: ${typeNameOf(array)}`)
  }
  const start = readSlice(first, 'Second', 28725, 28726)
  if (second === undefined) return start >= 0 ? array.slice(0, start) : array.slice(start)
  if (isNullish(second)) return null
  const count = readSlice(second, 'Third', 28727, 28728)
  if (count <= 0) throw new CommandError(28729, `Third argument to $slice must be positive: ${count}`)
  const from = start >= 0 ? start : Math.max(0, array.length + start)
  return array.slice(from, from + count)
}

function readSlice(value: BsonValue, which: string, notNumber: number, notInt: number): number {
  if (!isNumber(value)) {
    const text = `${which} argument to $slice must be a numeric value, but is of type: ${typeNameOf(value)}`
    throw new CommandError(notNumber, text)
  }
  const int = wholeInt(value)
  if (int !== undefined) return int
  const text = `${which} argument to $slice can't be represented as a 32-bit integer: ${describe(value)}`
  throw new CommandError(notInt, text)
}

/** Reading arrays. */
export const ARRAY_ACCESS_OPERATORS: OperatorTable = {
  $arrayElemAt: binary(elementAt),
  $first: atEnd(0),
  $last: atEnd(-1),
  $in: binary(contains),
  $isArray: unary((value) => Array.isArray(value)),
  $size: unary(size),
  $slice: ranged(2, 3, slice),
}
