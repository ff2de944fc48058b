import { isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { ranged, type Maybe } from '../arguments.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

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

/** Parts of arrays, which projections of `find` fall back on where their own `$slice` does not fit. */
export const SLICE_OPERATORS: OperatorTable = {
  $slice: ranged(2, 3, slice),
}
