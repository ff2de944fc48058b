import { countWork } from '../../bson/work-budget.ts'
import { toKey } from '../../bson/key.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'

/** Documents by the values of one field, as an equality filter would find them. */
export interface JoinIndex {
  /** Documents of which the field equals one of the values, in their own order. */
  find(values: readonly BsonValue[]): BsonDocument[]
}

/** Builds an index over a field, arrays included. Cost: one pass over the documents. */
export function indexBy(documents: Iterable<BsonDocument>, field: string): JoinIndex {
  const path = parsePath(field)
  const all = [...documents]
  const positions = new Map<string, number[]>()
  for (const [position, document] of all.entries()) {
    const keys = valuesAt(document, path, 'elements').map((value) => toKey(value === undefined ? null : value))
    for (const key of new Set(keys)) {
      const found = positions.get(key)
      if (found) found.push(position)
      else positions.set(key, [position])
    }
  }
  return {
    find: (values) => {
      const found = new Set(values.flatMap((value) => positions.get(toKey(value)) ?? []))
      countWork(found.size)
      return [...found].sort((a, b) => a - b).map((position) => all[position] as BsonDocument)
    },
  }
}

/** The values that a document joins by: those at a path, of arrays their elements; null when there are none. */
export function joinValues(document: BsonDocument, field: string): BsonValue[] {
  const values = valuesAt(document, parsePath(field), 'whole').flatMap((value) => {
    if (Array.isArray(value)) return value
    return value === undefined ? [] : [value]
  })
  return values.length === 0 ? [null] : values
}
