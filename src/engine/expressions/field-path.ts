import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { countWork } from '../../bson/work-budget.ts'

/** How many parts a dotted path may have, as on a real server. */
const MAX_PARTS = 200

/**
 * Takes a dotted path apart.
 * @throws CommandError with the server's codes for empty, `$`-prefixed, dangling or too deep paths
 */
export function parseFieldPath(path: string): readonly string[] {
  if (path === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string')
  if (path.endsWith('.')) throw new CommandError(40353, "FieldPath must not end with a '.'.")
  const parts = path.split('.')
  if (parts.length > MAX_PARTS) throw new CommandError('Overflow', 'FieldPath is too long')
  for (const part of parts) assertFieldName(part)
  return parts
}

/**
 * Checks one name of a path or of an object that is written as an expression.
 * @throws CommandError 15998, 16410, 16411 or 16412
 */
export function assertFieldName(name: string): void {
  if (name === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.')
  if (name.startsWith('$')) {
    throw new CommandError(
      16410,
      "FieldPath field names may not start with '$'. Consider using $getField or $setField.",
    )
  }
  if (name.includes('\0')) throw new CommandError(16411, 'FieldPath field names may not contain null bytes.')
  if (name.includes('.')) {
    throw new CommandError(16412, "FieldPath field names may not contain '.'. Consider using $getField or $setField.")
  }
}

/**
 * Reads a path as aggregation does: an array on the way gives the array of what its documents hold, and numbers are
 * names, not positions. A step is counted for each part, and for each item of an array on the way.
 * @param from the first part to read
 */
export function readPath(value: BsonValue | undefined, parts: readonly string[], from = 0): BsonValue | undefined {
  if (from >= parts.length) return value
  countWork(Array.isArray(value) ? value.length : 1)
  if (isDocument(value)) return readDocument(value, parts, from)
  if (!Array.isArray(value)) return undefined
  const found: BsonValue[] = []
  for (const item of value) {
    if (!isDocument(item)) continue
    const nested = readDocument(item, parts, from)
    if (nested !== undefined) found.push(nested)
  }
  return found
}

function readDocument(document: BsonDocument, parts: readonly string[], from: number): BsonValue | undefined {
  return readPath(document.get(parts[from] as string), parts, from + 1)
}
