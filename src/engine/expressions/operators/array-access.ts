import { Int32 } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, unary, type Maybe } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'
import { compareMaybe } from './comparison.ts'

function first(array: Maybe): Maybe {
  if (isNullish(array)) return null
  if (Array.isArray(array)) return array[0]
  throw new CommandError(28689, `$first's argument must be an array, but is ${typeNameOf(array)}`)
}

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

/** Reading arrays. */
export const ARRAY_ACCESS_OPERATORS: OperatorTable = {
  $first: unary(first),
  $in: binary(contains),
  $size: unary(size),
}
