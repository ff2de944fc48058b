import { compareValues } from '../../bson/compare.ts'
import { countWork } from '../../bson/work-budget.ts'
import { isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { parsePath } from '../../bson/query/path.ts'
import { compareKeys, sortKey, type SortField } from './sort-key.ts'
import { fieldText } from '../../bson/shell-text.ts'

/** Orders two documents: negative, zero or positive. */
export type DocumentOrder = (a: BsonDocument, b: BsonDocument) => number

const MAX_SORT_FIELDS = 32

/**
 * Compiles a sort specification. Of an array's elements the least one counts when ascending, the greatest when
 * descending; a missing value counts as null and an empty array as undefined, below null. Cost: each comparison looks
 * the values up again; use {@link sortDocuments} for whole lists.
 * @throws CommandError BadValue for too many fields, 15974 and 15975 for what is not 1 or -1, CommandNotSupported for
 *   `$meta`, 15998 and 16410 for invalid paths; comparing throws BadValue for parallel arrays
 */
export function compileSort(spec: BsonDocument): DocumentOrder {
  const fields = readFields(spec)
  return (a, b) => compareKeys(sortKey(a, fields), sortKey(b, fields), fields)
}

/**
 * A sorted copy of a list; documents that are equal in the order stay in place. Cost: n log n comparisons, each
 * document's values looked up once.
 * @throws CommandError as {@link compileSort}
 */
export function sortDocuments(documents: readonly BsonDocument[], spec: BsonDocument): BsonDocument[] {
  const fields = readFields(spec)
  const rows = documents.map((document) => ({ document, key: sortKey(document, fields) }))
  rows.sort((a, b) => compareKeys(a.key, b.key, fields))
  return rows.map(({ document }) => document)
}

function readFields(spec: BsonDocument): SortField[] {
  if (spec.size > MAX_SORT_FIELDS) throw new CommandError('BadValue', 'too many compound keys')
  return [...spec].map(([name, direction]) => readField(name, direction))
}

function readField(name: string, direction: BsonValue): SortField {
  if (isDocument(direction)) {
    if (direction.has('$meta')) {
      throw new CommandError('CommandNotSupported', '$meta in a sort is not supported by this server')
    }
    throw new CommandError(17312, '$meta is the only expression supported by $sort right now')
  }
  if (!isNumber(direction)) {
    throw new CommandError(15974, `Illegal key in $sort specification: ${fieldText(name, direction)}`)
  }
  const number = Math.trunc(toNumber(direction))
  if (number !== 1 && number !== -1) {
    throw new CommandError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)')
  }
  checkPath(name)
  return { path: parsePath(name), direction: number }
}

function checkPath(name: string): void {
  if (name === '') throw new CommandError(40352, 'FieldPath cannot be constructed with empty string')
  for (const part of name.split('.')) {
    if (part === '') throw new CommandError(15998, 'FieldPath field names may not be empty strings.')
    if (part.startsWith('$')) {
      const why = "FieldPath field names may not start with '$'. Consider using $getField or $setField."
      throw new CommandError(16410, why)
    }
  }
}

/**
 * Compiles an order of elements: a sort specification for documents, or 1 or -1 for whole values.
 * @throws CommandError 2942506 for another direction, what sort specifications throw
 */
export function compileElementOrder(sortBy: BsonValue): (a: BsonValue, b: BsonValue) => number {
  if (isDocument(sortBy)) {
    const order = compileSort(sortBy)
    // what is not a document has no fields
    return (a, b) => order(isDocument(a) ? a : new Map(), isDocument(b) ? b : new Map())
  }
  const direction = isNumber(sortBy) ? toNumber(sortBy) : undefined
  if (direction !== 1 && direction !== -1) {
    throw new CommandError(2942506, 'The $sort element value must be either 1 or -1')
  }
  return (a, b) => {
    countWork()
    return compareValues(a, b) * direction
  }
}
