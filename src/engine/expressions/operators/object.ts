import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError, type ErrorName } from '../../../bson/command-error.ts'
import { compileNamed, variadic, type Maybe } from '../arguments.ts'
import { bounded } from '../bounded.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Expression, OperatorCompiler, OperatorTable } from '../types.ts'

function merge(values: readonly Maybe[]): Maybe {
  const merged: BsonDocument = new Map()
  // an operand that is one array stands for its elements
  const all = values.length === 1 && Array.isArray(values[0]) ? values[0] : values
  for (const value of all) mergeInto(merged, value)
  return bounded(merged)
}

/**
 * Sets a document's fields in another one; null and missing have none.
 * @throws CommandError 40400 for other values
 */
export function mergeInto(target: BsonDocument, value: Maybe): void {
  if (isNullish(value)) return
  if (!isDocument(value)) {
    const text = `$mergeObjects requires object inputs, but input ${describe(value)} is of type ${typeNameOf(value)}`
    throw new CommandError(40400, text)
  }
  countWork(value.size)
  for (const [name, item] of value) target.set(name, item)
}

/** Reads the name of the field that `$getField` and its kin act on. */
function readName(value: Maybe, operator: string, code: number | ErrorName): string {
  if (typeof value === 'string') return value
  const text = `${operator} requires 'field' to evaluate to type String, but got ${typeNameOf(value)}`
  throw new CommandError(code, text)
}

const compileGetField: OperatorCompiler = (argument, context) => {
  const { field, input } = getFieldParts(argument, context)
  return (scope) => {
    const name = readName(field(scope), '$getField', 5654602)
    const document = input(scope)
    if (isDocument(document)) return document.get(name)
    return document === undefined ? undefined : isNullish(document) ? null : undefined
  }
}

const getFieldParts = (
  argument: BsonValue,
  context: Parameters<OperatorCompiler>[1],
): Record<'field' | 'input', Expression> => {
  const short = !isDocument(argument) || [...argument.keys()].some((name) => name.startsWith('$'))
  if (short) return { field: context.compile(argument), input: context.compile('$$CURRENT') }
  return compileNamed(argument, context, {
    notObject: [3041701, "$getField requires 'field' to be specified"],
    unknown: [3041701, '$getField found an unknown argument: '],
    fields: {
      field: [3041702, "$getField requires 'field' to be specified"],
      input: [3041703, "$getField requires 'input' to be specified"],
    },
  })
}

const compileSetField: OperatorCompiler = (argument, context) => {
  const { field, input, value } = compileNamed(argument, context, {
    notObject: [4161100, '$setField only supports an object as its argument'],
    unknown: [4161101, '$setField found an unknown argument: '],
    fields: {
      field: [4161102, "$setField requires 'field' to be specified"],
      value: [4161103, "$setField requires 'value' to be specified"],
      input: [4161109, "$setField requires 'input' to be specified"],
    },
  })
  return changeField('$setField', field, input, value)
}

const compileUnsetField: OperatorCompiler = (argument, context) => {
  const { field, input } = compileNamed(argument, context, {
    notObject: [4161110, '$unsetField only supports an object as its argument'],
    unknown: [4161111, '$unsetField found an unknown argument: '],
    fields: {
      field: [4161112, "$unsetField requires 'field' to be specified"],
      input: [4161113, "$unsetField requires 'input' to be specified"],
    },
  })
  return changeField('$unsetField', field, input, () => undefined)
}

function changeField(operator: string, field: Expression, input: Expression, value: Expression): Expression {
  return (scope) => {
    const name = readName(field(scope), operator, 4161107)
    const document = input(scope)
    if (isNullish(document)) return null
    if (!isDocument(document)) {
      throw new CommandError(4161105, `${operator} requires 'input' to evaluate to type Object`)
    }
    const changed: BsonDocument = new Map(document)
    const next = value(scope)
    if (next === undefined) changed.delete(name)
    else changed.set(name, next)
    return bounded(changed)
  }
}

/** Documents as values. Field names are data here: they may hold dots or start with `$`. */
export const OBJECT_OPERATORS: OperatorTable = {
  $mergeObjects: variadic(merge),
  $getField: compileGetField,
  $setField: compileSetField,
  $unsetField: compileUnsetField,
}
