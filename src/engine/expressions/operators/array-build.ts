import { Int32, isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments, ranged, unary, variadic, type Maybe } from '../arguments.ts'
import { bounded } from '../bounded.ts'
import { describe, typeNameOf } from '../describe.ts'
import { assertArrayLength } from '../limits.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable, ParseContext } from '../types.ts'

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

function reverse(array: Maybe): Maybe {
  if (isNullish(array)) return null
  if (Array.isArray(array)) return array.toReversed()
  const text = `The argument to $reverseArray must be an array, but was of type: ${typeNameOf(array)}`
  throw new CommandError(34435, text)
}

const compileZip: OperatorCompiler = (argument, context) => {
  const given = namedArguments(argument, {
    notObject: [34460, `$zip only supports an object as an argument, found ${typeNameOf(argument)}`],
    unknown: [34464, '$zip found an unknown argument: '],
    fields: { inputs: 'optional', defaults: 'optional', useLongestLength: 'optional' },
  })
  const inputs = compileList(given.inputs ?? [], context, 34461, 'inputs')
  const defaults = compileList(given.defaults ?? [], context, 34462, 'defaults')
  const longest = given.useLongestLength ?? false
  if (typeof longest !== 'boolean') {
    throw new CommandError(34463, `useLongestLength must be a bool, found ${typeNameOf(longest)}`)
  }
  if (inputs.length === 0) throw new CommandError(34465, '$zip requires at least one input array')
  if (defaults.length > 0 && !longest) {
    throw new CommandError(34466, 'cannot specify defaults unless useLongestLength is true')
  }
  if (defaults.length > 0 && defaults.length !== inputs.length) {
    throw new CommandError(34467, 'defaults and inputs must have the same length')
  }
  return (scope) => {
    const arrays = readArrays(inputs.map((input) => input(scope)))
    if (arrays === null) return null
    const fill = defaults.map((item) => item(scope))
    const lengths = arrays.map((array) => array.length)
    const rows = longest ? Math.max(...lengths) : Math.min(...lengths)
    return Array.from({ length: rows }, (_, row) => arrays.map((array, column) => cell(array, row, fill[column])))
  }
}

function cell(array: readonly BsonValue[], row: number, fallback: Maybe): BsonValue {
  const value = row < array.length ? array[row] : fallback
  return value === undefined ? null : value
}

function compileList(
  value: BsonValue,
  context: ParseContext,
  code: number,
  name: string,
): ReturnType<OperatorCompiler>[] {
  if (Array.isArray(value)) return value.map((item) => context.compile(item))
  throw new CommandError(code, `${name} must be an array of expressions, found ${typeNameOf(value)}`)
}

function readArrays(values: readonly Maybe[]): BsonValue[][] | null {
  const arrays: BsonValue[][] = []
  for (const value of values) {
    if (isNullish(value)) return null
    if (!Array.isArray(value)) {
      throw new CommandError(34468, `$zip found a non-array expression in input: ${describe(value)}`)
    }
    arrays.push(value)
  }
  return arrays
}

/** Making arrays. */
export const ARRAY_BUILD_OPERATORS: OperatorTable = {
  $concatArrays: variadic(concatenate),
  $range: ranged(2, 3, range),
  $reverseArray: unary(reverse),
  $zip: compileZip,
}
