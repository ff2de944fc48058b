import type { BsonDocument, BsonValue, Timestamp } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileArrayFilters } from './array-filters.ts'
import type { UpdateDescription } from './delta/describe.ts'
import { compileOperatorUpdate } from './operator-update.ts'
import { compilePipelineUpdate, compileReplacement } from './replacement-update.ts'

export type { UpdateDescription } from './delta/describe.ts'

/** What an update did to one document. Without a description it is logged as a replacement. */
export type UpdateResult =
  | { readonly changed: false }
  | { readonly changed: true; readonly after: BsonDocument; readonly description: UpdateDescription | undefined }

/** A compiled update. Holds no state: may be applied to any number of documents. */
export interface Update {
  readonly kind: 'replacement' | 'operators' | 'pipeline'
  /**
   * The document after the update; the argument stays as it is.
   * @param position the array index that the query matched, for `$`
   * @throws CommandError when the update does not fit this document; nothing has changed then
   */
  apply(before: BsonDocument, position: number | undefined): UpdateResult
  /**
   * The document that an upsert inserts, possibly without `_id`.
   * @throws CommandError NotSingleValueField when the filter's equalities contradict each other, and as {@link apply}
   */
  upsert(filter: BsonDocument): BsonDocument
}

/** What an update needs beside itself. */
export interface UpdateOptions {
  /** filters of array elements that paths name as `$[identifier]` */
  readonly arrayFilters?: readonly BsonDocument[]
  /** whether many documents are updated, which replacements refuse */
  readonly multi?: boolean
  /** the command's `let`, evaluated */
  readonly variables?: ReadonlyMap<string, BsonValue | undefined>
  readonly now: Date
  /** the cluster time of the write, for `$currentDate` and empty timestamps */
  readonly nextTimestamp: () => Timestamp
  /** runs an aggregation pipeline over one document, with only the stages that an update may use */
  readonly runPipeline: (stages: BsonDocument[], document: BsonDocument) => BsonDocument
}

/**
 * Compiles an update: a replacement document, update operators, or an aggregation pipeline.
 * @throws CommandError FailedToParse, BadValue, ConflictingUpdateOperators, DollarPrefixedFieldName, EmptyFieldName and
 *   others, as the server's parser
 * @see https://www.mongodb.com/docs/manual/reference/command/update/
 */
export function compileUpdate(update: BsonDocument | BsonDocument[], options: UpdateOptions): Update {
  const { arrayFilters = [], variables = new Map<string, BsonValue>(), now } = options
  if (Array.isArray(update)) {
    if (arrayFilters.length > 0) {
      throw new CommandError('FailedToParse', 'arrayFilters may not be specified for pipeline-style updates')
    }
    return compilePipelineUpdate(update, options)
  }
  if (update.keys().next().value?.startsWith('$')) {
    return compileOperatorUpdate(update, compileArrayFilters(arrayFilters, { now, variables }), options)
  }
  if (arrayFilters.length > 0) {
    throw new CommandError('FailedToParse', 'arrayFilters may not be specified for replacement-style updates')
  }
  return compileReplacement(update, options)
}
