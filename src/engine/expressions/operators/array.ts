import { Int32, isDocument, isNumber, type BsonValue } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { compileElementOrder } from '../../sorting/sort.ts'
import { binary, namedArguments, ranged, unary, unaryOf, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'
import { compareMaybe } from './comparison.ts'

const isArray = (value: BsonValue): value is BsonValue[] => Array.isArray(value)

function contains(value: Maybe, array: Maybe): boolean {
  if (!Array.isArray(array)) {
    throw new CommandError(40081, `$in requires an array as a second argument, found: ${typeNameOf(array)}`)
  }
  countWork(array.length)
  return array.some((item) => compareMaybe(item, value) === 0)
}

function size(array: Maybe): Maybe {
  if (Array.isArray(array)) return new Int32(array.length)
  throw new CommandError(17124, `The argument to $size must be an array, but was of type: ${typeNameOf(array)}`)
}

const compileSortArray: OperatorCompiler = (argument, context, name) => {
  const shape = { notObject: 2942500, unknown: 2942501, fields: { input: 2942502, sortBy: 2942503 } }
  const given = namedArguments(argument, name, shape)
  const input = context.compile(given.input ?? null)
  const order = compileElementOrder(given.sortBy ?? null)
  return (scope) => {
    const array = input(scope)
    if (isNullish(array)) return null
    if (Array.isArray(array)) return array.toSorted(order)
    const text = `The input argument to $sortArray must be an array, but was of type: ${typeNameOf(array)}`
    throw new CommandError(2942504, text)
  }
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

function toObject(array: readonly BsonValue[]): BsonValue {
  countWork(array.length)
  const [first] = array
  if (first !== undefined && !isDocument(first) && !Array.isArray(first)) throw noEntry(40398, first)
  return new Map(array.map((item) => toEntry(item, Array.isArray(first))))
}

/** A field, from a pair of name and value, or from a document with `k` and `v`. */
function toEntry(item: BsonValue, isPair: boolean): [string, BsonValue] {
  if (isPair ? !Array.isArray(item) : !isDocument(item)) throw noEntry(isPair ? 40396 : 40391, item)
  const [size, name, value] = isDocument(item)
    ? [item.size, item.get('k'), item.get('v')]
    : [(item as BsonValue[]).length, ...(item as BsonValue[])]
  if (size !== 2) throw noEntry(isPair ? 40397 : 40392, item)
  if (name === undefined || value === undefined) throw noEntry(40393, item)
  if (typeof name !== 'string') throw noEntry(isPair ? 40395 : 40394, item)
  if (name.includes('\0')) throw new CommandError(4940400, 'Key field cannot contain an embedded null byte')
  return [name, value]
}

function noEntry(code: number, item: BsonValue): CommandError {
  const text = "arrays of two elements, or documents with the keys 'k' and 'v', all alike and with strings for names"
  return new CommandError(code, `$arrayToObject requires an array of ${text}, found: ${describe(item)}`)
}

/** Arrays. `$slice` is also what projections of `find` fall back on where their own does not fit. */
export const ARRAY_OPERATORS: OperatorTable = {
  $arrayToObject: unaryOf(isArray, 'arrays', 40386, toObject),
  $first: unaryOf(isArray, 'arrays', 28689, (array) => array[0]),
  $in: binary(contains),
  $size: unary(size),
  $slice: ranged(2, 3, slice),
  $sortArray: compileSortArray,
}
