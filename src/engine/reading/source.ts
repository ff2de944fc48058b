import { compilePipeline, type PipelineContext } from '../aggregate/pipeline.ts'
import { encodeDocument } from '../../bson/codec/encode.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'
import { StoredDocument } from '../storage/stored-document.ts'
import type { Query } from '../writes/match.ts'
import { variablesOf } from '../request/parameters/variables.ts'
import { writeOutput } from '../writes/output.ts'
import type { CommandContext } from '../request/command.ts'

/** How many views may stand on one another. */
const MAX_VIEW_DEPTH = 20

/** The documents of a collection, or those that a view shows, that match a query. Lazy. */
export function* matching(context: CommandContext, name: string, query: Query): Generator<StoredDocument> {
  const collection = context.server.store.find(context.db, name)
  if (!collection) return
  if (!collection.options.view) return yield* query.find(collection, context.view)
  for (const document of shownBy(context, collection)) {
    if (query.filter.matches(document))
      yield new StoredDocument(document.get('_id') ?? null, encodeDocument(document), document)
  }
}

/** All documents of a collection or view. Lazy. */
export function* documentsOf(context: CommandContext, name: string): Generator<BsonDocument> {
  const collection = context.server.store.find(context.db, name)
  if (!collection) return
  if (collection.options.view) yield* shownBy(context, collection)
  else for (const stored of context.view.all(collection)) yield stored.document
}

/** @throws CommandError 165 for views that stand on one another too deeply, or on themselves */
function shownBy(context: CommandContext, view: Collection): Iterable<BsonDocument> {
  let depth = 0
  let current: Collection | undefined = view
  let stages: BsonDocument[] = []
  let name = view.name
  while (current?.options.view) {
    if (++depth > MAX_VIEW_DEPTH)
      throw new CommandError(165, `View depth too deep or view cycle detected; maximum depth is ${MAX_VIEW_DEPTH}`)
    const { viewOn, pipeline }: { viewOn: string; pipeline: readonly BsonDocument[] } = current.options.view
    stages = [...pipeline, ...stages]
    name = viewOn
    current = context.server.store.find(context.db, viewOn)
  }
  return compilePipeline(stages, pipelineContext(context, name))(documentsOf(context, name))
}

/**
 * Refuses a view where a collection is needed.
 * @throws CommandError CommandNotSupportedOnView
 */
export function refuseView(collection: Collection | undefined): void {
  if (!collection?.options.view) return
  throw new CommandError('CommandNotSupportedOnView', `Namespace ${collection.namespace} is a view, not a collection`)
}

/** What pipelines of a command run in. */
export function pipelineContext(context: CommandContext, coll: string | undefined): PipelineContext {
  const { server, db } = context
  return {
    db,
    collection: coll,
    ...variablesOf(context),
    clusterTime: server.store.oplog.lastTime,
    documents: (name) => documentsOf(context, name),
    ...(context.inTransaction ? {} : { write: (stage, documents) => writeOutput(context, stage, documents) }),
  }
}
