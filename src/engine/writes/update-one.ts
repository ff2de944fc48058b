import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { encodeDocument } from '../../bson/codec/encode.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileUpdatePipeline } from '../aggregate/pipeline.ts'
import { withIdFirst } from '../update/replacement-update.ts'
import { compileUpdate, type Update } from '../update/update.ts'
import type { FilterContext } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import type { Store } from '../storage/store.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import type { WriteUnit } from '../storage/write-unit.ts'
import type { Query } from './match.ts'
import { idOf, toStored, toStoredVersion } from './prepare.ts'
import { validate } from './validate.ts'

/** How an update statement is compiled. */
export interface UpdateSetting {
  readonly store: Store
  readonly db: string
  readonly now: Date
  readonly variables: NonNullable<FilterContext['variables']>
}

/**
 * Compiles an update document or pipeline.
 * @throws CommandError as the server for whatever is not valid in it
 */
export function toUpdate(
  spec: BsonValue,
  { store, db, now, variables }: UpdateSetting,
  options: { arrayFilters?: readonly BsonDocument[] | undefined; multi?: boolean } = {},
): Update {
  if (!(spec instanceof Map) && !Array.isArray(spec)) {
    throw new CommandError('FailedToParse', 'Update argument must be either an object or an array')
  }
  return compileUpdate(spec as BsonDocument | BsonDocument[], {
    ...(options.arrayFilters ? { arrayFilters: [...options.arrayFilters] } : {}),
    multi: options.multi ?? false,
    variables,
    now,
    nextTimestamp: () => store.oplog.tick(),
    runPipeline: (stages, document) =>
      compileUpdatePipeline(stages, { db, collection: undefined, now, variables, documents: () => [] })(document),
  })
}

/** What became of a document: its version before and after, the same where nothing changed. */
export interface Updated {
  readonly before: StoredDocument
  readonly after: StoredDocument
}

/**
 * Updates a document, if it still matches.
 * @param beforeWrite called with both versions when all checks but those of the write unit are passed; what it throws
 *   leaves everything as it was
 * @returns undefined when it no longer matches
 * @throws CommandError what the update, the validator, the indexes and the write unit throw
 */
export function updateOne(
  unit: WriteUnit,
  collection: Collection,
  query: Query,
  update: Update,
  found: StoredDocument,
  bypass: boolean,
  beforeWrite: (updated: Updated) => void = () => undefined,
): Updated | undefined {
  const before = unit.view.get(collection, found.key)
  if (!before || (before !== found && !query.filter.matches(before.document))) return undefined
  const result = update.apply(before.document, query.filter.positionIn(before.document))
  if (!result.changed) {
    beforeWrite({ before, after: before })
    return { before, after: before }
  }
  validate(collection, result.after, bypass, before.document)
  const next = toStoredVersion(before, result.after)
  const change = result.description
    ? ({
        kind: 'update',
        id: before.id,
        description: result.description,
        ...(collection.options.images ? { after: next.bytes } : {}),
      } as const)
    : ({ kind: 'replace', id: before.id, after: next.bytes } as const)
  beforeWrite({ before, after: next })
  unit.write({ collection, next, before, change })
  return { before, after: next }
}

/**
 * Inserts what an upsert makes of filter and update.
 * @param beforeWrite called with the document when it is made; what it throws keeps it from being inserted
 * @throws CommandError as an insert does
 */
export function upsertOne(
  store: Store,
  unit: WriteUnit,
  collection: Collection,
  update: Update,
  filter: BsonDocument,
  bypass: boolean,
  beforeWrite: (inserted: StoredDocument) => void = () => undefined,
): StoredDocument {
  const made = update.upsert(filter)
  const document = withIdFirst(made, idOf(made))
  validate(collection, document, bypass)
  const next = toStored(encodeDocument(document), () => store.oplog.tick())
  beforeWrite(next)
  unit.write({ collection, next, change: { kind: 'insert', id: next.id, after: next.bytes } })
  return next
}
