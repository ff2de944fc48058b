import { toKey } from '../../../bson/key.ts'
import type { BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { binary, compileOperands, unary, variadic, type Maybe } from '../arguments.ts'
import { typeNameOf } from '../describe.ts'
import { isNullish, isTruthy } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

/** Equal values once, the first of each kind, in the order of their first occurrence. */
function toSet(values: Iterable<BsonValue>): Map<string, BsonValue> {
  const set = new Map<string, BsonValue>()
  for (const value of values) {
    const key = toKey(value)
    if (!set.has(key)) set.set(key, value)
  }
  return set
}

function operands(values: readonly Maybe[], name: string, code: number): BsonValue[][] | null {
  const arrays: BsonValue[][] = []
  for (const value of values) {
    if (isNullish(value)) return null
    arrays.push(requireArray(value, name, code))
  }
  return arrays
}

function requireArray(value: Maybe, name: string, code: number): BsonValue[] {
  if (Array.isArray(value)) return value
  const text = `All operands of ${name} must be arrays. One argument is of type: ${typeNameOf(value)}`
  throw new CommandError(code, text)
}

function union(values: readonly Maybe[], name: string): Maybe {
  const arrays = operands(values, name, 17043)
  return arrays && [...toSet(arrays.flat()).values()]
}

function intersection(values: readonly Maybe[], name: string): Maybe {
  const arrays = operands(values, name, 17047)
  if (arrays === null) return null
  const [first = [], ...others] = arrays
  const sets = others.map(toSet)
  return [...toSet(first)].filter(([key]) => sets.every((set) => set.has(key))).map(([, value]) => value)
}

function difference(left: Maybe, right: Maybe): Maybe {
  if (isNullish(left) || isNullish(right)) return null
  const text = (which: string, value: Maybe): string =>
    `both operands of $setDifference must be arrays. ${which} argument is of type: ${typeNameOf(value)}`
  if (!Array.isArray(left)) throw new CommandError(17048, text('First', left))
  if (!Array.isArray(right)) throw new CommandError(17049, text('Second', right))
  const others = toSet(right)
  return [...toSet(left)].filter(([key]) => !others.has(key)).map(([, value]) => value)
}

function isSubset(left: Maybe, right: Maybe): boolean {
  const text = (which: string, value: Maybe): string =>
    `both operands of $setIsSubset must be arrays. ${which} argument is of type: ${typeNameOf(value)}`
  if (!Array.isArray(left)) throw new CommandError(17046, text('First', left))
  if (!Array.isArray(right)) throw new CommandError(17042, text('Second', right))
  const set = toSet(right)
  return left.every((value) => set.has(toKey(value)))
}

const compileEquals: OperatorCompiler = (argument, context, name) => {
  const expressions = compileOperands(argument, context)
  if (expressions.length < 2) {
    throw new CommandError(17045, `$setEquals needs at least two arguments had: ${expressions.length}`)
  }
  return (scope) => {
    const [first, ...others] = expressions.map((expression) => toSet(requireArray(expression(scope), name, 17044)))
    return others.every((set) => set.size === first?.size && [...set.keys()].every((key) => first.has(key)))
  }
}

function anyOrAll(code: number, decide: (values: readonly BsonValue[]) => boolean): OperatorCompiler {
  return unary((value, name) => {
    if (Array.isArray(value)) return decide(value)
    throw new CommandError(code, `${name}'s argument must be an array, but is ${typeNameOf(value)}`)
  })
}

/** Arrays as sets: order and repetition do not count, and numbers of equal value are one. */
export const SET_OPERATORS: OperatorTable = {
  $setUnion: variadic(union),
  $setIntersection: variadic(intersection),
  $setDifference: binary(difference),
  $setIsSubset: binary(isSubset),
  $setEquals: compileEquals,
  $anyElementTrue: anyOrAll(17041, (values) => values.some(isTruthy)),
  $allElementsTrue: anyOrAll(17040, (values) => values.every(isTruthy)),
}
