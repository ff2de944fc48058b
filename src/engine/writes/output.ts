import { randomUUID } from 'node:crypto'
import { encodeDocument } from '../../bson/codec/encode.ts'
import { doc, type BsonDocument, type Timestamp } from '../../bson/values.ts'
import type { PipelineContext } from '../aggregate/pipeline.ts'
import { CommandError } from '../../bson/command-error.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'
import type { Collection } from '../storage/collection.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { compileUpdate, type Update } from '../update/update.ts'
import { toQuery } from './match.ts'
import { idOf, toStored } from './prepare.ts'
import { toUpdate, updateOne, upsertOne } from './update-one.ts'
import { validate } from './validate.ts'
import type { CommandContext } from '../request/command.ts'
import { variablesOf } from '../request/parameters/variables.ts'

/** A checked `$out` or `$merge`. */
type OutputStage = Parameters<NonNullable<PipelineContext['write']>>[0]
type MergeStage = Extract<OutputStage, { kind: 'merge' }>

/**
 * Writes what a pipeline gives into a collection.
 * @throws CommandError what inserting and updating throw; DuplicateKey, MergeStageNoMatchingDocument for `$merge`
 *   with `fail`
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/
 */
export function writeOutput(context: CommandContext, stage: OutputStage, documents: readonly BsonDocument[]): void {
  if (stage.kind === 'out') replaceAll(context, stage.db, stage.collection, documents)
  else for (const document of documents) mergeOne(context, stage, document)
}

/** `$out`: the new documents take the place of the collection, with its indexes and options. */
function replaceAll(context: CommandContext, db: string, name: string, documents: readonly BsonDocument[]): void {
  const { server } = context
  const old = server.store.find(db, name)
  if (old) checkNoLocks(old)
  const temporary = server.store.create(
    db,
    `tmp.agg_out.${randomUUID()}`,
    old?.options ?? server.store.withDefaults({}),
  )
  try {
    for (const index of old?.indexes ?? []) temporary.addIndex(index.spec, () => undefined)
    for (const document of documents) insert(context, temporary, document)
  } catch (error) {
    server.store.drop(temporary)
    throw error
  }
  server.store.rename(temporary, { db, coll: name }, true)
}

function insert({ server, unit, params }: CommandContext, into: Collection, document: BsonDocument): void {
  const next = toStored(encodeDocument(document), () => server.store.oplog.tick())
  validate(into, next.document, params.flag('bypassDocumentValidation'))
  unit.write({ collection: into, next, change: { kind: 'insert', id: next.id, after: next.bytes } })
}

/** `$merge` of one document: the update, upsert or insert that a server makes of it, with that one's events. */
function mergeOne(context: CommandContext, stage: MergeStage, document: BsonDocument): void {
  const { server, unit } = context
  const incoming =
    document.has('_id') || !stage.on.includes('_id') ? document : new Map([['_id', idOf(document)], ...document])
  const collection = server.store.getOrCreate(stage.db, stage.collection)
  if (stage.whenMatched === 'fail') return insertNew(context, collection, incoming)
  const filter = filterOn(stage.on, incoming)
  const query = toQuery(filter)
  const update = updateBy(context, stage, incoming)
  const bypass = context.params.flag('bypassDocumentValidation')
  const [found] = query.find(collection, unit.view)
  if (found) return void updateOne(unit, collection, query, update, found, bypass)
  if (stage.whenNotMatched === 'fail') {
    throw new CommandError(
      'MergeStageNoMatchingDocument',
      '$merge could not find a matching document in the target collection for at least one document in the source collection',
    )
  }
  if (stage.whenNotMatched === 'discard') return
  if (stage.whenMatched === 'pipeline') insert(context, collection, incoming)
  else upsertOne(server.store, unit, collection, update, filter, bypass)
}

function insertNew(context: CommandContext, collection: Collection, document: BsonDocument): void {
  try {
    insert(context, collection, document)
  } catch (error) {
    if (!(error instanceof CommandError) || error.codeName !== 'DuplicateKey') throw error
    const why = "$merge with whenMatched: fail found an existing document with the same values for the 'on' fields"
    throw new CommandError('DuplicateKey', `${why} :: caused by :: ${error.message}`, { fields: error.fields })
  }
}

/** The filter that finds the document to merge into. @throws CommandError 51185 where a value is an array */
function filterOn(on: readonly string[], incoming: BsonDocument): BsonDocument {
  return new Map(
    on.map((path) => {
      const value = valuesAt(incoming, parsePath(path), 'whole')[0] ?? null
      if (Array.isArray(value)) throw new CommandError(51185, `$merge write error: 'on' field '${path}' is an array`)
      return [path, doc({ $eq: value })]
    }),
  )
}

function updateBy(context: CommandContext, stage: MergeStage, incoming: BsonDocument): Update {
  const { server, db } = context
  const variables = variablesOf(context)
  const { update } = stage
  if (stage.whenMatched === 'pipeline' && update) {
    const nextTimestamp = (): Timestamp => server.store.oplog.tick()
    return compileUpdate([], { ...variables, nextTimestamp, runPipeline: (_, existing) => update(existing, incoming) })
  }
  const operator = { merge: '$set', keepExisting: '$setOnInsert' }[stage.whenMatched as string]
  const spec = operator === undefined ? incoming : doc({ [operator]: incoming })
  return toUpdate(spec, { store: server.store, db, ...variables })
}
