import { BSONRegExp, isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { isExpression, isExpressionValue } from '../../bson/query/expression-document.ts'

/**
 * The values that a filter asks each path to equal (`{a: 1}`, `{a: {$eq: 1}}`, `{a: {$in: [1]}}`, also inside `$and`),
 * for choosing an index. A document that matches has the value at the path, or in an array there. Conditions beside
 * them are left out, so what an index gives must still be matched. Of contradicting conditions the first one is given.
 */
export function equalities(filter: BsonDocument): Map<string, BsonValue> {
  const found = new Map<string, BsonValue>()
  for (const [path, values] of membership(filter)) {
    const [only] = values
    if (only !== undefined && values.length === 1) found.set(path, only)
  }
  return found
}

/**
 * The lists of values of which a filter asks each path to hold one: equalities and `$in`, also inside `$and`. The same
 * limits as with {@link equalities} hold; a list that holds a regular expression is left out.
 */
export function membership(filter: BsonDocument): Map<string, BsonValue[]> {
  const found = new Map<string, BsonValue[]>()
  collect(filter, found)
  return found
}

function collect(filter: BsonDocument, found: Map<string, BsonValue[]>): void {
  for (const [name, condition] of filter) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) if (isDocument(part)) collect(part, found)
    } else if (!name.startsWith('$')) {
      const values = valuesOf(condition)
      const before = found.get(name)
      if (values && (!before || values.length < before.length)) found.set(name, values)
    }
  }
}

function valuesOf(condition: BsonValue): BsonValue[] | undefined {
  if (!isDocument(condition) || !isExpression(condition)) {
    return condition instanceof BSONRegExp ? undefined : [condition]
  }
  const equal = condition.get('$eq')
  if (equal !== undefined) return [equal]
  const list = condition.get('$in')
  if (Array.isArray(list)) return list.some((value) => value instanceof BSONRegExp) ? undefined : list
  const all = condition.get('$all')
  const [first] = Array.isArray(all) ? all : []
  return first === undefined || first instanceof BSONRegExp || isExpressionValue(first) ? undefined : [first]
}
