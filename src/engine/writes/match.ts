import type { BsonDocument } from '../../bson/values.ts'
import { compileFilter, type Filter, type FilterContext } from '../query/filter.ts'
import { membership } from '../query/planning.ts'
import { candidates, planFor } from '../storage/candidates.ts'
import type { Collection } from '../storage/collection.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import type { View } from '../storage/view.ts'
import { countWork } from '../../bson/work-budget.ts'

/** A filter with what is needed to find its documents. */
export interface Query {
  readonly filter: Filter
  /** The documents of a collection that match, in the order in which they are found. Lazy. */
  find(collection: Collection, view: View): Generator<StoredDocument>
}

/**
 * Compiles a filter.
 * @throws CommandError whatever the filter's compilation throws
 */
export function toQuery(spec: BsonDocument, context?: FilterContext): Query {
  const filter = compileFilter(spec, context)
  const values = membership(spec)
  return {
    filter,
    *find(collection, view) {
      const plan = planFor(collection, values, view)
      for (const stored of candidates(collection, plan, view)) {
        countWork()
        // an empty filter need not look into documents, which would keep their decoded form
        if (spec.size === 0 || filter.matches(stored.document)) yield stored
      }
    },
  }
}
