import { compareStrings } from '../../bson/compare.ts'
import { BSONRegExp, isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { isExpression, isExpressionValue } from '../../bson/query/expression-document.ts'

const NOT_EXACT_VALUE_FIELD = 111

/**
 * The document that a filter's equalities describe: what an upsert starts from. Dotted paths become nested documents.
 * @param only the paths that are taken over; others are looked at for conflicts only. Default: all
 * @throws CommandError NotSingleValueField when a path is matched twice or lies inside another one,
 *   QueryFeatureNotAllowed for `$expr`
 */
export function documentFromFilter(filter: BsonDocument, only?: ReadonlySet<string>): BsonDocument {
  const equalities = new Map<string, BsonValue>()
  collect(filter, equalities, only)
  let document: BsonDocument = new Map()
  // sorted by path, as the server has them
  for (const [path, value] of [...equalities].sort(([a], [b]) => compareStrings(a, b)))
    document = setPath(document, path.split('.'), value)
  return document
}

function collect(filter: BsonDocument, found: Map<string, BsonValue>, only: ReadonlySet<string> | undefined): void {
  for (const [name, condition] of filter) {
    if (name === '$expr') {
      throw new CommandError('QueryFeatureNotAllowed', '$expr is not allowed in the query predicate for an upsert')
    }
    if (name === '$and' || (name === '$or' && Array.isArray(condition) && condition.length === 1)) {
      if (Array.isArray(condition)) for (const part of condition) if (isDocument(part)) collect(part, found, only)
    } else if (!name.startsWith('$')) {
      for (const value of equalTo(condition)) add(name, value, found, only)
    }
  }
}

/** The values that a condition asks a field to equal. */
function equalTo(condition: BsonValue): BsonValue[] {
  if (!isDocument(condition) || !isExpression(condition)) return condition instanceof BSONRegExp ? [] : [condition]
  const values: BsonValue[] = []
  for (const [operator, operand] of condition) {
    if (operator === '$eq') values.push(operand)
    if (
      (operator === '$all' || (operator === '$in' && Array.isArray(operand) && operand.length === 1)) &&
      Array.isArray(operand)
    ) {
      values.push(...operand.filter((value) => !(value instanceof BSONRegExp) && !isExpressionValue(value)))
    }
  }
  return values
}

function add(
  path: string,
  value: BsonValue,
  found: Map<string, BsonValue>,
  only: ReadonlySet<string> | undefined,
): void {
  if (only && !isRelated(path, only)) return
  const parts = path.split('.')
  for (let length = parts.length; length > 0; length--) {
    const prefix = parts.slice(0, length).join('.')
    if (!found.has(prefix)) continue
    const why =
      length === parts.length ? `path '${path}' is matched twice` : `both paths '${path}' and '${prefix}' are matched`
    throw new CommandError('NotSingleValueField', `cannot infer query fields to set, ${why}`)
  }
  for (const other of found.keys()) {
    if (!other.startsWith(`${path}.`)) continue
    const why = `both paths '${path}' and '${other}' are matched`
    throw new CommandError('NotSingleValueField', `cannot infer query fields to set, ${why}`)
  }
  found.set(path, value)
}

function isRelated(path: string, only: ReadonlySet<string>): boolean {
  for (const name of only) {
    if (path === name) return true
    if (path.startsWith(`${name}.`)) {
      throw new CommandError(
        NOT_EXACT_VALUE_FIELD,
        `field at '${name}' must be exactly specified, field at sub-path '${path}'found`,
      )
    }
  }
  return false
}

function setPath(document: BsonDocument, parts: readonly string[], value: BsonValue): BsonDocument {
  const [name = '', ...rest] = parts
  const below = document.get(name)
  const nested =
    rest.length === 0 ? value : setPath(below !== undefined && isDocument(below) ? below : new Map(), rest, value)
  return new Map(document).set(name, nested)
}
