import { compareStrings } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import { isDocument, type BsonValue } from '../../../bson/values.ts'

/**
 * A string that values share exactly when they are equal apart from the order of fields, which schemas do not look at.
 */
export function unorderedKey(value: BsonValue): string {
  return toKey(sorted(value))
}

function sorted(value: BsonValue): BsonValue {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isDocument(value)) return value
  const fields = [...value].sort(([a], [b]) => compareStrings(a, b))
  return new Map(fields.map(([name, item]) => [name, sorted(item)]))
}
