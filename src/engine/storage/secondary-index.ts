import { toKey } from '../../bson/key.ts'
import { UNDEFINED, type BsonDocument, type BsonValue, doc, isDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { withinSteps } from '../../bson/work-budget.ts'
import { compileFilter, type Filter } from '../query/filter.ts'
import { parsePath, valuesAt, type Path } from '../../bson/query/path.ts'
import type { StoredDocument } from './stored-document.ts'
import { toShellText } from '../../bson/shell-text.ts'
import type { Collection } from './collection.ts'

/** What a user asked an index to be. */
export interface IndexSpec {
  readonly name: string
  readonly key: BsonDocument
  readonly unique: boolean
  readonly sparse: boolean
  /** Whether documents are looked up in it; the other kinds are listed alone. */
  readonly isPlain: boolean
  /** How long after the date in its field a document is deleted. */
  readonly expireAfterSeconds?: number
  readonly partialFilter?: BsonDocument
  /** The whole specification, as `listIndexes` gives it back. */
  readonly spec: BsonDocument
}

const NO_KEYS: ReadonlySet<string> = new Set()

/**
 * An index by equality: from the values of its fields, or of the first of them, to the documents that hold them. It
 * finds candidates; the filter decides. **Cost** of a look-up does not grow with the collection.
 */
export class SecondaryIndex {
  spec: IndexSpec
  /** The indexed fields' names, in the index's order. */
  readonly fields: readonly string[]
  readonly #paths: readonly Path[]
  readonly #partial: Filter | undefined
  /** For each number of leading fields: their values' joint key to the documents' keys. */
  readonly #byPrefix: readonly Map<string, Set<string>>[]

  constructor(spec: IndexSpec) {
    this.spec = spec
    this.fields = [...spec.key.keys()]
    this.#paths = this.fields.map(parsePath)
    this.#partial = spec.partialFilter ? compileFilter(spec.partialFilter) : undefined
    this.#byPrefix = this.fields.map(() => new Map())
  }

  /** Whether every document that could match an equality on the leading fields is in the index. */
  get coversAll(): boolean {
    return this.spec.isPlain && !this.spec.sparse && !this.#partial
  }

  /** Whether the index is about a document: a partial one leaves documents out. */
  holds(document: BsonDocument): boolean {
    return !this.#partial || this.#partial.matches(document)
  }

  /**
   * Checks that a document can be indexed, so that {@link add} cannot fail once something was changed.
   * @throws CommandError 171 when more than one field holds an array
   */
  check(document: BsonDocument): void {
    this.#tuples(document)
  }

  add(stored: StoredDocument): void {
    for (const tuple of this.#tuplesToChange(stored.document)) {
      for (const [i, byKey] of this.#byPrefix.entries()) {
        const key = joint(tuple, i + 1)
        const holders = byKey.get(key)
        if (holders) holders.add(stored.key)
        else byKey.set(key, new Set([stored.key]))
      }
    }
  }

  remove(stored: StoredDocument): void {
    for (const tuple of this.#tuplesToChange(stored.document)) {
      for (const [i, byKey] of this.#byPrefix.entries()) {
        const key = joint(tuple, i + 1)
        const holders = byKey.get(key)
        holders?.delete(stored.key)
        if (holders?.size === 0) byKey.delete(key)
      }
    }
  }

  /** The keys of documents whose leading fields hold these values. */
  lookup(values: readonly BsonValue[]): ReadonlySet<string> {
    return this.#byPrefix[values.length - 1]?.get(joint(values.map(toKey), values.length)) ?? NO_KEYS
  }

  /** The joint keys under which a document must be unique; empty when the index is not unique or leaves it out. */
  uniqueKeys(document: BsonDocument): string[] {
    return this.spec.unique ? this.#tuples(document).map((tuple) => joint(tuple, tuple.length)) : []
  }

  /** The keys of documents under a joint key of {@link uniqueKeys}. */
  holders(key: string): ReadonlySet<string> {
    return this.#byPrefix.at(-1)?.get(key) ?? NO_KEYS
  }

  /** The tuples of a change that must not be left half-way: no limit of work ends it. */
  #tuplesToChange(document: BsonDocument): string[][] {
    return withinSteps(Infinity, () => this.#tuples(document))
  }

  /**
   * The values' keys, one tuple per element of an indexed array.
   * @throws CommandError 171 when more than one field holds an array
   */
  #tuples(document: BsonDocument): string[][] {
    if (!this.spec.isPlain || !this.holds(document)) return []
    const found = this.#paths.map((path) => valuesAt(document, path, 'whole'))
    if (this.spec.sparse && found.every((values) => values.every((value) => value === undefined))) return []
    const columns = found.map((values) => [...new Set(values.flatMap(keysOf))])
    // arrays of one path's first field are walked together; two different ones would multiply
    const arrays = new Set(
      this.fields.filter((_, i) => (columns[i]?.length ?? 0) > 1).map((field) => field.split('.')[0]),
    )
    if (arrays.size > 1) throw new CommandError(171, `cannot index parallel arrays [${[...arrays].join('] [')}]`)
    return columns.reduce<string[][]>(
      (tuples, column) =>
        tuples.flatMap((tuple) => (column.length === 0 ? [toKey(null)] : column).map((key) => [...tuple, key])),
      [[]],
    )
  }
}

/** An array is indexed by its elements, an empty one as undefined, a missing field as null. */
function keysOf(value: BsonValue | undefined): string[] {
  if (!Array.isArray(value)) return [toKey(value ?? null)]
  return value.length === 0 ? [toKey(UNDEFINED)] : value.map(toKey)
}

function joint(tuple: readonly string[], count: number): string {
  if (count === 1) return tuple[0] as string
  let key = ''
  for (let i = 0; i < count; i++) key += `${(tuple[i] as string).length}:${tuple[i] as string}`
  return key
}

/** The error of a second document with the same key, as the server words it. */
export function duplicateKey(
  collection: Collection,
  indexName: string,
  keyPattern: BsonValue | undefined,
  document: BsonDocument,
): CommandError {
  const pattern = isDocument(keyPattern) ? keyPattern : doc({})
  const keyValue: BsonDocument = new Map(
    [...pattern.keys()].map((path) => [path, valuesAt(document, parsePath(path), 'whole')[0] ?? null]),
  )
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.namespace} index: ${indexName} dup key: ${toShellText(keyValue)}`,
    { fields: { keyPattern: pattern, keyValue } },
  )
}
