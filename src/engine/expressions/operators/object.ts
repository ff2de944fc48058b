import { isDocument, type BsonDocument } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { named, variadic, type Maybe } from '../arguments.ts'
import { bounded } from '../bounded.ts'
import { describe, typeNameOf } from '../describe.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { OperatorCompiler, OperatorTable } from '../types.ts'

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
function readName(value: Maybe, operator: string, code: number): string {
  if (typeof value === 'string') return value
  const text = `${operator} requires 'field' to evaluate to type String, but got ${typeNameOf(value)}`
  throw new CommandError(code, text)
}

function fieldOf(name: Maybe, document: Maybe): Maybe {
  const field = readName(name, '$getField', 5654602)
  if (isDocument(document)) return document.get(field)
  return document !== undefined && isNullish(document) ? null : undefined
}

const ofBoth = named({ notObject: 3041701, unknown: 3041701, fields: { field: 3041702, input: 3041703 } }, (get) =>
  fieldOf(get('field'), get('input')),
)

const getField: OperatorCompiler = (argument, context, name) => {
  const isShort = !isDocument(argument) || [...argument.keys()].some((key) => key.startsWith('$'))
  if (!isShort) return ofBoth(argument, context, name)
  const [field, input] = [context.compile(argument), context.compile('$$CURRENT')]
  return (scope) => fieldOf(field(scope), input(scope))
}

function withField(operator: string, name: Maybe, document: Maybe, next: Maybe): Maybe {
  const field = readName(name, operator, 4161107)
  if (isNullish(document)) return null
  if (!isDocument(document)) {
    throw new CommandError(4161105, `${operator} requires 'input' to evaluate to type Object`)
  }
  const changed: BsonDocument = new Map(document)
  if (next === undefined) changed.delete(field)
  else changed.set(field, next)
  return bounded(changed)
}

/** Documents as values. Field names are data here: they may hold dots or start with `$`. */
export const OBJECT_OPERATORS: OperatorTable = {
  $mergeObjects: variadic(merge),
  $getField: getField,
  $setField: named(
    { notObject: 4161100, unknown: 4161101, fields: { field: 4161102, value: 4161103, input: 4161109 } },
    (get, _has, name) => withField(name, get('field'), get('input'), get('value')),
  ),
  $unsetField: named(
    { notObject: 4161110, unknown: 4161111, fields: { field: 4161112, input: 4161113 } },
    (get, _has, name) => withField(name, get('field'), get('input'), undefined),
  ),
}
