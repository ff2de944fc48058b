import type { ChangeStream, ChangeStreamOptions, Document, MongoClient } from 'mongodb'
import { serialize } from 'bson'
import { decodeDocument } from '../../../bson/codec/decode.ts'
import { ignoreError } from '../../../errors.ts'
import { type Intake, readBatches } from './event-batches.ts'
import { createEventAssembler, SPLIT_LARGE_EVENTS } from './event-fragments.ts'
import { type Position, toWatchPosition } from '../../changes/position.ts'
import type { ServerToken } from '../../changes/tokens/resume-token.ts'
import type { Scope } from '../../changes/scope.ts'
import type { StreamOptions } from '../../changes/stream-options.ts'

/** One cursor on a server. Ends with the first error: reopening is for the caller, from its own position. */
export interface OpenStream {
  /**
   * What the server says next, in order: events share memory with others; `undefined` when the server ended the stream,
   * as after `invalidate`. Call again only after it settled.
   *
   * @throws whatever the driver throws
   */
  next(): Promise<Intake | undefined>
  /**
   * Ends the stream and kills the cursor on the server, now or as soon as its id is known. Idempotent. Settles when the
   * cursor is gone; a `next` in flight may then never settle.
   */
  close(): Promise<void>
}

/** What {@link openStream} needs to know. */
export interface OpenStreamOptions extends StreamOptions {
  readonly scope: Scope
  /** Where to start; absent: now, by the server's clock, which only helps to learn why a position cannot be had. */
  readonly position: Position | undefined
  /** How long the server waits for an event before it answers with an empty batch, in milliseconds. */
  readonly maxAwaitTimeMs: number
  /** Whether the server is asked to send events over 16 MiB in fragments, which then come out whole. */
  readonly splitLargeEvents: boolean
}

/**
 * Opens one change stream. Lazy: the server is asked with the first `next`.
 *
 * Reads through `stream()`, because the driver's iterator resumes by itself, without back-off and without telling.
 */
export function openStream(client: MongoClient, options: OpenStreamOptions): OpenStream {
  const { scope, position, maxAwaitTimeMs, fullDocument, fullDocumentBeforeChange, showExpandedEvents } = options
  const pipeline = options.splitLargeEvents ? SPLIT_LARGE_EVENTS : []
  // With a session of its own the driver's cursor ends that as soon as a reply comes after it was closed, and then
  // cannot send the killCursors that still waits for a connection: the cursor would stay open on the server.
  const session = client.startSession({ causalConsistency: false })
  const source = watch(client, scope, pipeline, {
    // decoded here, because the driver's decoder does not keep every value
    raw: true,
    session,
    ...(fullDocument === 'default' ? {} : { fullDocument }),
    ...(fullDocumentBeforeChange === 'off' ? {} : { fullDocumentBeforeChange }),
    // servers before 6.0 refuse the option
    ...(showExpandedEvents ? { showExpandedEvents } : {}),
    ...(position ? toWatchPosition(position) : {}),
    maxAwaitTimeMS: maxAwaitTimeMs,
  })
  const readable = source.stream()
  const assembler = createEventAssembler()
  const batches = readBatches(readable, assembler, () => source.bufferedCount())

  let markOpened = () => {}
  const opened = new Promise<void>((resolve) => (markOpened = resolve))
  let asked = false
  let closed: Promise<void> | undefined

  // the driver announces a post-batch token for empty batches only
  source.on('resumeTokenChanged', (token: unknown) => {
    markOpened()
    batches.noteIdle(assembler.toPosition(toServerToken(token)))
  })

  return {
    next() {
      asked = true
      return batches.next().finally(markOpened)
    },
    close() {
      closed ??= close()
      return closed
    },
  }

  async function close(): Promise<void> {
    if (asked) {
      // closing while the first reply is under way would leave its cursor open on the server: the driver has no id to
      // kill
      await opened
      await new Promise((resolve) => setImmediate(resolve))
    }
    await source
      .close()
      .catch(ignoreError('the server ends the cursor by itself, at the latest after ten idle minutes'))
    readable.destroy()
    await session.endSession().catch(ignoreError('it holds no transaction, so that nothing is asked of the server'))
  }
}

// the driver has decoded it
function toServerToken(token: unknown): ServerToken {
  return decodeDocument(Buffer.from(serialize(token as Document)))
}

function watch(
  client: MongoClient,
  scope: Scope,
  pipeline: Document[],
  options: ChangeStreamOptions,
): ChangeStream<Document, Document> {
  if (scope.db === undefined) return client.watch(pipeline, options)
  const db = client.db(scope.db)
  return scope.coll === undefined ? db.watch(pipeline, options) : db.collection(scope.coll).watch(pipeline, options)
}
