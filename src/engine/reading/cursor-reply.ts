import { Long, type BsonDocument } from '../../bson/values.ts'
import type { Batch, BatchSource } from '../cursors/cursors.ts'
import { shownCommand } from '../request/operations.ts'
import type { CommandContext, Reply } from '../request/command.ts'
import { Parameters } from '../parameters/parameters.ts'
import { shape } from '../parameters/shape.ts'
import { reply } from '../request/reply.ts'

/** The size of a first batch of documents where the client names none. */
export const DEFAULT_BATCH_SIZE = 101

const CURSOR = shape({ number: ['batchSize'] })

/**
 * `cursor.batchSize` of a command; undefined where it is not given.
 * @throws CommandError 40415 for other fields of `cursor`, and what a wrong size raises
 */
export function readBatchSize({ params }: CommandContext, command: string): number | undefined {
  return new Parameters(`${command}.cursor`, params.document('cursor') ?? new Map(), CURSOR).count('batchSize')
}

/** How a first batch is given. */
export interface FirstBatch {
  /** The cursor is closed after the first batch, whatever is left. */
  readonly single?: boolean
  /** Change streams: the position that the cursor starts from. */
  readonly postBatchResumeToken?: BsonDocument
}

/**
 * The reply of a command that opens a cursor: its first batch, and its id unless that was all.
 * @param batchSize the most documents of the first batch; 0 opens the cursor without reading from it
 */
export async function cursorReply(
  context: CommandContext,
  namespace: string,
  source: BatchSource,
  batchSize: number | undefined,
  first: FirstBatch = {},
): Promise<Reply> {
  const limits = { ...(batchSize === undefined ? {} : { documents: batchSize }), maxTimeMs: 0 }
  const empty: Batch = { documents: [], done: false }
  const batch = batchSize === 0 && !first.postBatchResumeToken ? empty : await source.next(limits, context.signal)
  const closed = batch.done || first.single === true
  if (closed) source.close()
  const id = closed ? Long.ZERO : open(context, namespace, source, batch.documents.length)
  return batchReply('firstBatch', batch, id, namespace)
}

/** The reply that carries a batch. */
export function batchReply(field: 'firstBatch' | 'nextBatch', batch: Batch, id: Long, namespace: string): Reply {
  const { documents, postBatchResumeToken, invalidated } = batch
  return reply({
    cursor: reply({
      [field]: documents,
      postBatchResumeToken,
      invalidated: invalidated === true ? true : undefined,
      id,
      ns: namespace,
    }),
  })
}

function open(context: CommandContext, namespace: string, source: BatchSource, documents: number): Long {
  const { server, session, unit, inTransaction, request } = context
  const transaction = inTransaction ? unit : undefined
  const command = shownCommand(request)
  return server.cursors.open({ namespace, source, session: session?.key, transaction, command }, documents).id
}
