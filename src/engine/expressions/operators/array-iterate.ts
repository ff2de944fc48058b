import { isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { missing, namedArguments } from '../arguments.ts'
import { bounded } from '../bounded.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeInt } from '../numeric/integers.ts'
import { isNullish, isTruthy } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable, Scope } from '../types.ts'
import { assertBindableName } from '../variables.ts'

/** The scope of one element after the other: one set of variables that is changed in between. */
function bind(scope: Scope): { inner: Scope; set: (name: string, value: BsonValue) => void } {
  const variables = new Map(scope.variables)
  return { inner: { root: scope.root, variables }, set: (name, value) => variables.set(name, value) }
}

/** The name of the variable that stands for an element. */
function elementName(as: BsonValue | undefined, operator: string): string {
  if (as === undefined) return 'this'
  if (typeof as !== 'string') {
    throw new CommandError('FailedToParse', `${operator} requires 'as' to be a string, found: ${typeNameOf(as)}`)
  }
  assertBindableName(as)
  return as
}

const compileMap: OperatorCompiler = (argument, context) => {
  const given = namedArguments(argument, {
    notObject: [16878, '$map only supports an object as its argument'],
    unknown: [16879, 'Unrecognized parameter to $map: '],
    fields: {
      input: [16880, "Missing 'input' parameter to $map"],
      as: 'optional',
      in: [16882, "Missing 'in' parameter to $map"],
    },
  })
  const name = elementName(given.as, '$map')
  const input = context.compile(given.input ?? null)
  const body = context.with([name]).compile(given.in ?? null)
  return (scope) => {
    const array = input(scope)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      throw new CommandError(16883, `input to $map must be an array not ${typeNameOf(array)}`)
    }
    const { inner, set } = bind(scope)
    const mapped = array.map((item) => {
      set(name, item)
      const value = body(inner)
      return value === undefined ? null : value
    })
    return bounded(mapped)
  }
}

const compileFilter: OperatorCompiler = (argument, context) => {
  const given = namedArguments(argument, {
    notObject: [28646, '$filter only supports an object as its argument'],
    unknown: [28647, 'Unrecognized parameter to $filter: '],
    fields: {
      input: [28648, "Missing 'input' parameter to $filter"],
      as: 'optional',
      cond: [28650, "Missing 'cond' parameter to $filter"],
      limit: 'optional',
    },
  })
  const name = elementName(given.as, '$filter')
  const input = context.compile(given.input ?? null)
  const condition = context.with([name]).compile(given.cond ?? null)
  const limit = given.limit === undefined ? missing : context.compile(given.limit)
  return (scope) => {
    const array = input(scope)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      throw new CommandError(28651, `input to $filter must be an array not ${typeNameOf(array)}`)
    }
    const most = readLimit(limit, scope)
    const { inner, set } = bind(scope)
    const kept: BsonValue[] = []
    for (const item of array) {
      if (kept.length >= most) break
      set(name, item)
      if (isTruthy(condition(inner))) kept.push(item)
    }
    return kept
  }
}

function readLimit(limit: Expression, scope: Scope): number {
  const value = limit(scope)
  if (isNullish(value)) return Infinity
  const count = isNumber(value) ? wholeInt(value) : undefined
  if (count === undefined) {
    const text = `$filter: limit must be represented as a 32-bit integral value: ${describe(value)}`
    throw new CommandError(327391, text)
  }
  if (count < 1) throw new CommandError(327392, `$filter: limit must be greater than 0: ${count}`)
  return count
}

const compileReduce: OperatorCompiler = (argument, context) => {
  const given = namedArguments(argument, {
    notObject: [40075, `$reduce requires an object as an argument, found: ${typeNameOf(argument)}`],
    unknown: [40076, '$reduce found an unknown argument: '],
    fields: {
      input: [40077, "$reduce requires 'input' to be specified"],
      initialValue: [40078, "$reduce requires 'initialValue' to be specified"],
      in: [40079, "$reduce requires 'in' to be specified"],
    },
  })
  const input = context.compile(given.input ?? null)
  const initial = context.compile(given.initialValue ?? null)
  const body = context.with(['this', 'value']).compile(given.in ?? null)
  return (scope) => {
    const array = input(scope)
    if (isNullish(array)) return null
    if (!Array.isArray(array)) {
      throw new CommandError(40080, `$reduce requires that 'input' be an array, found: ${describe(array)}`)
    }
    const variables = new Map(scope.variables)
    const inner: Scope = { root: scope.root, variables }
    let value = initial(scope)
    for (const item of array) {
      variables.set('this', item).set('value', value)
      value = body(inner)
    }
    return value
  }
}

/** Operators that evaluate an expression for each element. */
export const ARRAY_ITERATE_OPERATORS: OperatorTable = {
  $map: compileMap,
  $filter: compileFilter,
  $reduce: compileReduce,
}
