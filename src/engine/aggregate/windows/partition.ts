import { compareValues } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import type { BsonDocument, BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readPath } from '../../expressions/field-path.ts'
import type { Expression, Scope } from '../../expressions/types.ts'
import { compileSort, sortDocuments } from '../../query/sort.ts'

/** The documents that share a value, in an order. */
export class Partition {
  readonly rows: readonly BsonDocument[]
  readonly #order: ((a: BsonDocument, b: BsonDocument) => number) | undefined
  readonly #sortPath: readonly string[]

  constructor(rows: readonly BsonDocument[], sortBy: BsonDocument | undefined) {
    this.rows = sortBy ? sortDocuments(rows, sortBy) : rows
    this.#order = sortBy && compileSort(sortBy)
    const [path = ''] = sortBy?.keys() ?? []
    this.#sortPath = path.split('.')
  }

  /** What the row is sorted by, if the order has one field; null when missing. */
  sortValue(position: number): BsonValue {
    const row = this.rows[position]
    const value = row && readPath(row, this.#sortPath)
    return value === undefined ? null : value
  }

  /** Whether a row is equal to the one before it in the order. */
  isTie(position: number): boolean {
    const [before, row] = [this.rows[position - 1], this.rows[position]]
    return before !== undefined && row !== undefined && this.#order !== undefined && this.#order(before, row) === 0
  }
}

/** Splits documents by a value and sorts each part; the parts come in the order of their values. */
export function partitionBy(
  documents: Iterable<BsonDocument>,
  keyOf: Expression,
  sortBy: BsonDocument | undefined,
  scope: (document: BsonDocument) => Scope,
): Partition[] {
  const parts = new Map<string, { readonly value: BsonValue; readonly rows: BsonDocument[] }>()
  for (const document of documents) {
    const found = keyOf(scope(document))
    if (Array.isArray(found)) {
      throw new CommandError('TypeMismatch', 'An expression used to partition cannot evaluate to value of type array')
    }
    const value = found === undefined ? null : found
    const key = toKey(value)
    const part = parts.get(key)
    if (part) part.rows.push(document)
    else parts.set(key, { value, rows: [document] })
  }
  const ordered = [...parts.values()].sort((a, b) => compareValues(a.value, b.value))
  return ordered.map(({ rows }) => new Partition(rows, sortBy))
}
