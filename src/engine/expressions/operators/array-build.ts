import { Int32, isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { ranged, variadic, type Maybe } from '../arguments.ts'
import { bounded } from '../bounded.ts'
import { describe, typeNameOf } from '../describe.ts'
import { assertArrayLength } from '../limits.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorTable } from '../types.ts'

function concatenate(arrays: readonly Maybe[]): Maybe {
  const all: BsonValue[][] = []
  for (const array of arrays) {
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      throw new CommandError(28664, `$concatArrays only supports arrays, not ${typeNameOf(array)}`)
    }
    all.push(array)
  }
  assertArrayLength(
    all.reduce((sum, array) => sum + array.length, 0),
    '$concatArrays',
  )
  return bounded(all.flat())
}

function range([start, end, step = new Int32(1)]: readonly Maybe[]): Maybe {
  const from = readBound(start, 'starting', 34443, 34444)
  const to = readBound(end, 'ending', 34445, 34446)
  const by = readBound(step, 'step', 34447, 34448)
  if (by === 0) throw new CommandError(34449, '$range requires a non-zero step value')
  const count = Math.max(0, Math.ceil((to - from) / by))
  assertArrayLength(count, '$range')
  return Array.from({ length: count }, (_, i) => new Int32(from + i * by))
}

function readBound(value: Maybe, which: string, notNumber: number, notInt: number): number {
  if (!isNumber(value)) {
    const text = `$range requires a numeric ${which} value, found value of type: ${typeNameOf(value)}`
    throw new CommandError(notNumber, text)
  }
  const int = wholeInt(value)
  if (int !== undefined) return int
  const text = `$range requires ${which === 'ending' ? 'an' : 'a'} ${which} value that can be represented as a 32-bit integer`
  throw new CommandError(notInt, `${text}, found value: ${describe(value)}`)
}

/** Making arrays. */
export const ARRAY_BUILD_OPERATORS: OperatorTable = {
  $concatArrays: variadic(concatenate),
  $range: ranged(2, 3, range),
}
