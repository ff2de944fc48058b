import { compareValues } from '../../bson/compare.ts'
import { encodeDocument } from '../../bson/encode.ts'
import { ObjectId, type BsonDocument } from '../../bson/values.ts'
import type { PipelineContext } from '../aggregate/pipeline.ts'
import { CommandError } from '../../bson/command-error.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'
import type { Collection } from '../storage/collection.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { toStored, toStoredVersion } from '../writes/prepare.ts'
import { validate } from '../writes/validate.ts'
import type { CommandContext } from './command.ts'

/** A checked `$out` or `$merge`. */
type OutputStage = Parameters<NonNullable<PipelineContext['write']>>[0]
type MergeStage = Extract<OutputStage, { kind: 'merge' }>

/**
 * Writes what a pipeline gives into a collection.
 * @throws CommandError what inserting and replacing throw; 11000 and 13113 for `$merge` with `fail`
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/
 */
export function writeOutput(context: CommandContext, stage: OutputStage, documents: readonly BsonDocument[]): void {
  if (stage.kind === 'out') replaceAll(context, stage.db, stage.collection, documents)
  else for (const document of documents) mergeOne(context, stage, document)
}

/** `$out`: the new documents take the place of the collection, with its indexes and options. */
function replaceAll(
  { server, unit }: CommandContext,
  db: string,
  name: string,
  documents: readonly BsonDocument[],
): void {
  const old = server.store.find(db, name)
  if (old) checkNoLocks(old)
  const temporary = server.store.create(db, `tmp.agg_out.${new ObjectId().toHexString()}`, old?.options ?? {})
  try {
    for (const index of old?.indexes ?? []) temporary.addIndex(index.spec, () => undefined)
    for (const document of documents) insert(server.store, unit, temporary, document)
  } catch (error) {
    server.store.drop(temporary)
    throw error
  }
  server.store.rename(temporary, { db, coll: name }, true)
}

function insert(
  store: CommandContext['server']['store'],
  unit: CommandContext['unit'],
  into: Collection,
  document: BsonDocument,
): void {
  const next = toStored(encodeDocument(document), () => store.oplog.tick())
  validate(into, next.document, false)
  unit.write({ collection: into, next, change: { kind: 'insert', id: next.id, after: next.bytes } })
}

function mergeOne({ server, unit, view }: CommandContext, stage: MergeStage, incoming: BsonDocument): void {
  const collection = server.store.getOrCreate(stage.db, stage.collection)
  const existing = matching(collection, view.all(collection), stage.on, incoming)
  if (!existing) {
    if (stage.whenNotMatched === 'insert') insert(server.store, unit, collection, incoming)
    else if (stage.whenNotMatched === 'fail') {
      throw new CommandError(
        13113,
        '$merge could not find a matching document in the target collection for at least one document in the source collection',
      )
    }
    return
  }
  const after = merged(stage, existing.document, incoming)
  if (!after) return
  const next = toStoredVersion(existing, new Map([['_id', existing.id], ...after]))
  if (next.bytes.equals(existing.bytes)) return
  validate(collection, next.document, false, existing.document)
  unit.write({ collection, next, before: existing, change: { kind: 'replace', id: existing.id, after: next.bytes } })
}

function matching(
  collection: Collection,
  documents: Iterable<StoredDocument>,
  on: readonly string[],
  incoming: BsonDocument,
): StoredDocument | undefined {
  const wanted = on.map((path) => valuesAt(incoming, parsePath(path), 'whole')[0] ?? null)
  for (const stored of documents) {
    const same = on.every((path, i) => {
      const value = valuesAt(stored.document, parsePath(path), 'whole')[0] ?? null
      return compareValues(value, wanted[i] ?? null) === 0
    })
    if (same && collection) return stored
  }
  return undefined
}

/** The matched document's new form; undefined keeps it. */
function merged(stage: MergeStage, existing: BsonDocument, incoming: BsonDocument): BsonDocument | undefined {
  switch (stage.whenMatched) {
    case 'replace':
      return incoming
    case 'keepExisting':
      return undefined
    case 'merge':
      return new Map([...existing, ...incoming])
    case 'pipeline':
      return stage.update?.(existing, incoming)
    case 'fail':
      throw new CommandError('DuplicateKey', '$merge found a matching document and whenMatched is "fail"')
  }
}
