import { toKey } from '../../bson/key.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { parsePath, visitPath } from '../../bson/query/path.ts'

/**
 * The distinct values at a path, in the order in which they first appear. Arrays count by their elements; missing
 * fields do not count, and neither do empty arrays. Cost: one pass, memory for the values found.
 */
export function distinctValues(documents: Iterable<BsonDocument>, path: string): BsonValue[] {
  const parts = parsePath(path)
  const found = new Map<string, BsonValue>()
  const add = (value: BsonValue): void => {
    const key = toKey(value)
    if (!found.has(key)) found.set(key, value)
  }
  for (const document of documents) {
    visitPath(document, parts, 'whole', (value) => {
      if (Array.isArray(value)) value.forEach(add)
      else if (value !== undefined) add(value)
      return false
    })
  }
  return [...found.values()]
}
