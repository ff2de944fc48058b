import { compareValues } from '../bson/compare.ts'
import { isDocument, isNumber, toNumber, UNDEFINED, type BsonDocument, type BsonValue } from '../bson/values.ts'
import { CommandError } from '../errors.ts'
import { parsePath, valuesAt, type Path } from './path.ts'
import { fieldText } from './text.ts'

/** Orders two documents: negative, zero or positive. */
export type DocumentOrder = (a: BsonDocument, b: BsonDocument) => number

interface SortKey {
  readonly path: Path
  readonly direction: 1 | -1
}

const MAX_SORT_KEYS = 32

/**
 * Compiles a sort specification. Of an array's elements the least one counts when ascending, the greatest when
 * descending; a missing value counts as null and an empty array as undefined, below null.
 * Cost: each comparison looks the values up again; use {@link sortDocuments} for whole lists.
 * @throws CommandError BadValue for too many keys, 15975 for a direction that is not 1 or -1, 15973 for one that is not a
 *   number, NotSupported for `$meta`
 */
export function compileSort(spec: BsonDocument): DocumentOrder {
  const keys = readKeys(spec)
  return (a, b) => {
    for (const { path, direction } of keys) {
      const order = compareValues(sortValue(a, path, direction), sortValue(b, path, direction))
      if (order !== 0) return order * direction
    }
    return 0
  }
}

/**
 * A sorted copy of a list; documents that are equal in the order stay in place. Cost: n log n comparisons, each
 * document's values looked up once.
 * @throws CommandError as {@link compileSort}
 */
export function sortDocuments(documents: readonly BsonDocument[], spec: BsonDocument): BsonDocument[] {
  const keys = readKeys(spec)
  const rows = documents.map((document) => ({
    document,
    values: keys.map(({ path, direction }) => sortValue(document, path, direction)),
  }))
  rows.sort((a, b) => {
    for (const [i, { direction }] of keys.entries()) {
      const order = compareValues(a.values[i] as BsonValue, b.values[i] as BsonValue)
      if (order !== 0) return order * direction
    }
    return 0
  })
  return rows.map(({ document }) => document)
}

function readKeys(spec: BsonDocument): SortKey[] {
  if (spec.size > MAX_SORT_KEYS) throw new CommandError('BadValue', 'too many compound keys')
  return [...spec].map(([name, direction]) => readKey(name, direction))
}

function readKey(name: string, direction: BsonValue): SortKey {
  if (isDocument(direction)) {
    if (direction.has('$meta'))
      throw new CommandError('NotSupported', '$meta in a sort is not supported by this server')
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
      throw new CommandError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      )
    }
  }
}

/** The value that a document is sorted by: of several the least or the greatest. */
function sortValue(document: BsonDocument, path: Path, direction: 1 | -1): BsonValue {
  const [only] = path
  if (path.length === 1 && only !== undefined) {
    const value = document.get(only)
    if (!Array.isArray(value)) return value === undefined ? null : value
    return extreme(value, direction) ?? UNDEFINED
  }
  const values = valuesAt(document, path, 'whole').flatMap((value) => {
    if (Array.isArray(value)) return value.length === 0 ? [UNDEFINED] : value
    return [value === undefined ? null : value]
  })
  return extreme(values, direction) ?? null
}

function extreme(values: readonly BsonValue[], direction: 1 | -1): BsonValue | undefined {
  let best: BsonValue | undefined
  for (const value of values) {
    if (best === undefined || compareValues(value, best) * direction < 0) best = value
  }
  return best
}
