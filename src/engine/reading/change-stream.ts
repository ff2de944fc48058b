import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { toKey } from '../../bson/key.ts'
import { compileChangeStreamPipeline } from '../aggregate/pipeline.ts'
import { CommandError } from '../../bson/command-error.ts'
import { LATEST } from '../storage/view.ts'
import { ChangeStream, type StreamPipeline } from '../streams/change-stream.ts'
import type { Lookup } from '../streams/change-event.ts'
import { readStreamOptions } from '../streams/options.ts'
import type { CommandContext, Reply } from '../request/command.ts'
import { cursorReply } from './cursor-reply.ts'
import { pipelineContext, refuseView } from './source.ts'

const SPLIT = '$changeStreamSplitLargeEvent'

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
  if (coll !== undefined) refuseView(server.store.find(db, coll))
  const options = readStreamOptions((first as BsonDocument).get('$changeStream') ?? null, db, coll)
  const stream = new ChangeStream(server.store.oplog, options, currentVersion(context), toPipeline(context, coll, rest))
  const namespace = `${db}.${coll ?? '$cmd.aggregate'}`
  return cursorReply(context, namespace, stream, batchSize, { postBatchResumeToken: new Map() })
}

function toPipeline(context: CommandContext, coll: string | undefined, stages: readonly BsonValue[]): StreamPipeline {
  const splitAt = stages.findIndex((stage) => isDocument(stage) && stage.has(SPLIT))
  const splits = splitAt !== -1
  if (splits && splitAt !== stages.length - 1) {
    throw new CommandError(7182802, `${SPLIT} must be the last stage in the pipeline`)
  }
  const shaping = splits ? stages.slice(0, -1) : stages
  if (splits) checkSplit(stages.at(-1) as BsonDocument)
  if (shaping.length === 0) return { splits }
  return { splits, shape: compileChangeStreamPipeline(shaping, pipelineContext(context, coll)) }
}

function checkSplit(stage: BsonDocument): void {
  const options = stage.get(SPLIT)
  if (stage.size === 1 && isDocument(options) && options.size === 0) return
  throw new CommandError('FailedToParse', `${SPLIT} takes no options: it is written { ${SPLIT}: {} }`)
}

/** Finds a document's current version, in the collection that the change was made in. */
function currentVersion({ server }: CommandContext): Lookup {
  return (entry, documentKey) => {
    const collection = entry.coll === undefined ? undefined : server.store.find(entry.db, entry.coll)
    if (!collection || !entry.uuid?.equals(collection.uuid)) return undefined
    return LATEST.get(collection, toKey(documentKey.get('_id') ?? null))?.bytes
  }
}
