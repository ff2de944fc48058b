import { isDocument, type BsonDocument, type BsonValue } from '../bson/values.ts'
import { toKey } from '../bson/key.ts'
import { compileChangeStreamPipeline } from '../aggregate/pipeline.ts'
import { CommandError } from '../errors.ts'
import { LATEST } from '../storage/view.ts'
import { ChangeStream } from '../streams/change-stream.ts'
import type { Lookup } from '../streams/change-event.ts'
import { readStreamOptions } from '../streams/options.ts'
import { pipelineContext } from './aggregate.ts'
import type { CommandContext, Reply } from './command.ts'
import { cursorReply } from './cursor-reply.ts'

/**
 * Opens a change stream: an aggregate whose first stage is `$changeStream`.
 * @throws CommandError as the server, for whatever is not valid in the stages, the namespace or the starting position
 * @see https://www.mongodb.com/docs/manual/changeStreams/
 */
export function openChangeStream(
  context: CommandContext,
  coll: string | undefined,
  stages: readonly BsonValue[],
  batchSize: number,
): Promise<Reply> {
  const { db, server, inTransaction } = context
  if (inTransaction) {
    throw new CommandError('OperationNotSupportedInTransaction', '$changeStream cannot be used in a transaction')
  }
  const [first, ...rest] = stages
  if (isDocument(first) && first.size !== 1) {
    throw new CommandError(40323, 'A pipeline stage specification object must contain exactly one field.')
  }
  const options = readStreamOptions((first as BsonDocument).get('$changeStream') ?? null, db, coll)
  const pipeline = rest.length > 0 ? compileChangeStreamPipeline(rest, pipelineContext(context, coll)) : undefined
  const stream = new ChangeStream(server.store.oplog, options, currentVersion(context), pipeline)
  const namespace = `${db}.${coll ?? '$cmd.aggregate'}`
  return cursorReply(context, namespace, stream, batchSize, { postBatchResumeToken: new Map() })
}

/** Finds a document's current version, in the collection that the change was made in. */
function currentVersion({ server }: CommandContext): Lookup {
  return (entry, documentKey) => {
    const collection = entry.coll === undefined ? undefined : server.store.find(entry.db, entry.coll)
    if (!collection || !entry.uuid?.equals(collection.uuid)) return undefined
    return LATEST.get(collection, toKey(documentKey.get('_id') ?? null))?.bytes
  }
}
