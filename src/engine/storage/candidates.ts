import { compareValues } from '../../bson/compare.ts'
import { toKey } from '../../bson/key.ts'
import type { BsonValue } from '../../bson/values.ts'
import type { Collection } from './collection.ts'
import type { SecondaryIndex } from './secondary-index.ts'
import type { StoredDocument } from './stored-document.ts'
import type { View } from './view.ts'

/** How documents are found: by `_id`, by an index, or by looking at all. */
export type Plan =
  | { readonly kind: 'id'; readonly values: readonly BsonValue[] }
  | { readonly kind: 'index'; readonly index: SecondaryIndex; readonly tuples: readonly (readonly BsonValue[])[] }
  | { readonly kind: 'scan' }

/** More look-ups than this for one query are no longer cheaper than looking at all documents. */
const MAX_LOOKUPS = 1000

/**
 * Chooses how to find the documents that hold given values at given paths (a document must hold one of the values at
 * each). The choice is only about cost: the filter still decides.
 */
export function planFor(collection: Collection, values: ReadonlyMap<string, readonly BsonValue[]>, view: View): Plan {
  const ids = values.get('_id')
  if (ids && !ids.some(Array.isArray)) return { kind: 'id', values: ids }
  if (!view.isLatest) return { kind: 'scan' }
  let best: { index: SecondaryIndex; tuples: BsonValue[][]; length: number } | undefined
  for (const index of collection.indexes) {
    if (!index.coversAll) continue
    const tuples = tuplesFor(index, values)
    const length = tuples?.[0]?.length ?? 0
    if (tuples && length > (best?.length ?? 0)) best = { index, tuples, length }
  }
  return best ? { kind: 'index', index: best.index, tuples: best.tuples } : { kind: 'scan' }
}

/** The values of the index's leading fields, combined; undefined when its first field is not among them. */
function tuplesFor(
  index: SecondaryIndex,
  values: ReadonlyMap<string, readonly BsonValue[]>,
): BsonValue[][] | undefined {
  let tuples: BsonValue[][] = [[]]
  for (const field of index.fields) {
    const wanted = values.get(field)
    // whole arrays are not indexed
    if (!wanted || wanted.some(Array.isArray) || wanted.length * tuples.length > MAX_LOOKUPS) break
    tuples = tuples.flatMap((tuple) => wanted.map((value) => [...tuple, value]))
  }
  return tuples[0]?.length === 0 ? undefined : tuples
}

/** The documents that a plan leads to, each once. Lazy. */
export function* candidates(collection: Collection, plan: Plan, view: View): Generator<StoredDocument> {
  if (plan.kind === 'scan') return yield* view.all(collection)
  const keys = new Set<string>()
  // in the order of the index, as a server walks it
  if (plan.kind === 'id') for (const value of plan.values.toSorted(compareValues)) keys.add(toKey(value))
  else
    for (const tuple of plan.tuples.toSorted(compareTuples)) for (const key of plan.index.lookup(tuple)) keys.add(key)
  for (const key of keys) {
    const stored = view.get(collection, key)
    if (stored) yield stored
  }
}

function compareTuples(a: readonly BsonValue[], b: readonly BsonValue[]): number {
  for (const [i, value] of a.entries()) {
    const order = compareValues(value, b[i] ?? null)
    if (order !== 0) return order
  }
  return 0
}
