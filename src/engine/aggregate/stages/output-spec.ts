import type { BsonDocument, BsonValue } from '../../../bson/values.ts'

/** A checked `$out`: the caller replaces the collection's documents. */
export interface OutStage {
  readonly kind: 'out'
  readonly db: string
  readonly collection: string
}

/** A checked `$merge`: the caller merges each document into the collection. */
export interface MergeStage {
  readonly kind: 'merge'
  readonly db: string
  readonly collection: string
  /** The fields that identify a document; `['_id']` by default. */
  readonly on: readonly string[]
  readonly whenMatched: 'replace' | 'keepExisting' | 'merge' | 'fail' | 'pipeline'
  readonly whenNotMatched: 'insert' | 'discard' | 'fail'
  /** For `whenMatched: 'pipeline'`: makes the new document of the existing one; `$$new` is the incoming one. */
  readonly update?: (existing: BsonDocument, incoming: BsonDocument) => BsonDocument
  /** `let`, as given. */
  readonly variables?: ReadonlyMap<string, BsonValue>
}
