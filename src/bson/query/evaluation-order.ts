import { compareStrings } from '../compare.ts'
import { BSONRegExp, isDocument, type BsonDocument, type BsonValue } from '../values.ts'
import { isExpression } from './expression-document.ts'

/** Kinds of conditions in the order in which the server evaluates them. */
const KINDS = [
  '$and',
  '$or',
  '$elemMatch',
  '$size',
  '$eq',
  '$lte',
  '$lt',
  '$gt',
  '$gte',
  '$regex',
  '$mod',
  '$exists',
  '$in',
  '$bitsAllSet',
  '$not',
  '$nor',
  '$type',
]
const RANKS: ReadonlyMap<string, number> = new Map([
  ...KINDS.map((name, rank): [string, number] => [name, rank]),
  ['$all', KINDS.indexOf('$eq')],
  ['$ne', KINDS.indexOf('$not')],
  ['$nin', KINDS.indexOf('$not')],
])

/**
 * The conditions of a filter in the order in which the server evaluates them: by kind, then by path. It decides which
 * array element the positional operator means when several arrays are asked for: the last one.
 */
export function inEvaluationOrder(filter: BsonDocument): [string, BsonValue][] {
  if (filter.size < 2) return [...filter]
  return [...filter].sort(
    ([nameA, a], [nameB, b]) => rankOf(nameA, a) - rankOf(nameB, b) || compareStrings(nameA, nameB),
  )
}

function rankOf(name: string, condition: BsonValue): number {
  const kind = name.startsWith('$') ? name : kindOf(condition)
  return RANKS.get(kind) ?? KINDS.length
}

function kindOf(condition: BsonValue): string {
  if (condition instanceof BSONRegExp) return '$regex'
  if (!isDocument(condition) || !isExpression(condition)) return '$eq'
  return condition.keys().next().value ?? '$eq'
}
