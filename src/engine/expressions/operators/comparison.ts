import { compareValues } from '../../../bson/compare.ts'
import { Int32, UNDEFINED } from '../../../bson/values.ts'
import { binary, type Maybe } from '../arguments.ts'
import type { OperatorTable } from '../types.ts'

/** Orders two values as expressions do: missing counts as the deprecated undefined, below null. */
export function compareMaybe(a: Maybe, b: Maybe): number {
  return compareValues(a === undefined ? UNDEFINED : a, b === undefined ? UNDEFINED : b)
}

/** Comparison: any two values compare, by type first. */
export const COMPARISON_OPERATORS: OperatorTable = {
  $eq: binary((a, b) => compareMaybe(a, b) === 0),
  $ne: binary((a, b) => compareMaybe(a, b) !== 0),
  $gt: binary((a, b) => compareMaybe(a, b) > 0),
  $gte: binary((a, b) => compareMaybe(a, b) >= 0),
  $lt: binary((a, b) => compareMaybe(a, b) < 0),
  $lte: binary((a, b) => compareMaybe(a, b) <= 0),
  $cmp: binary((a, b) => new Int32(Math.sign(compareMaybe(a, b)))),
}
