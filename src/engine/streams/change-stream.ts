import { compareTimestamps } from '../bson/compare.ts'
import { encodeDocument, RawDocument, type Encodable } from '../bson/encode.ts'
import { INTERNAL_ALLOWANCE_BYTES, MAX_DOCUMENT_BYTES } from '../bson/types.ts'
import { isDocument, type BsonDocument, type Timestamp } from '../bson/values.ts'
import { MAX_BATCH_BYTES } from '../cursors/batch.ts'
import type { Batch, BatchLimits, BatchSource } from '../cursors/cursors.ts'
import { CommandError } from '../errors.ts'
import type { Oplog, OplogEntry } from '../storage/oplog.ts'
import {
  decodeEvent,
  entryToken,
  invalidateToken,
  isShown,
  toChangeEvent,
  toInvalidateEvent,
  type ChangeEvent,
  type Lookup,
} from './change-event.ts'
import { isInternalDatabase, type StreamOptions, type StreamScope } from './options.ts'
import { toTokenDocument, toTokenString, type ParsedToken } from './resume-token.ts'

/** How long a `getMore` waits for an event when the client does not say. */
export const DEFAULT_AWAIT_MS = 1000
/** How many entries are looked at before others get their turn. */
const SLICE = 1000

/** What the stages after `$changeStream` make of an event; undefined leaves it out. */
export type EventPipeline = (event: BsonDocument) => BsonDocument | undefined

/**
 * A change stream: a reader of the oplog with a position of its own. **Cost** of an idle stream is memory only; of a
 * waiting one, a look at each entry that is appended.
 * @throws CommandError ChangeStreamHistoryLost when the oplog does not reach back to the start
 */
export class ChangeStream implements BatchSource {
  readonly outlivesDrop = true
  readonly #oplog: Oplog
  readonly #options: StreamOptions
  readonly #pipeline: EventPipeline | undefined
  readonly #lookup: Lookup
  /** The oplog position of the next entry to look at. */
  #position: number
  /** Events before this time are not shown: a start may lie in the future. */
  readonly #notBefore: Timestamp | undefined
  /** The token that must still be met before any event may be shown. */
  #awaited: ParsedToken | undefined
  /** The entry whose event was shown last and is followed by `invalidate`. */
  #invalidatedBy: OplogEntry | undefined
  #closed = false
  /** The position token after everything looked at. */
  #token: string

  constructor(oplog: Oplog, options: StreamOptions, lookup: Lookup, pipeline?: EventPipeline) {
    this.#oplog = oplog
    this.#options = options
    this.#lookup = lookup
    this.#pipeline = pipeline
    const { start } = options
    if (start.kind === 'now') {
      this.#position = oplog.end
      this.#token = highWaterMark(oplog.lastTime)
    } else {
      const time = start.kind === 'time' ? start.time : start.token.time
      if (oplog.isTruncatedSince(time)) throw historyLost()
      this.#position = oplog.positionOf(time)
      this.#notBefore = time
      this.#token = start.kind === 'time' ? highWaterMark(time) : start.token.text
      if (start.kind === 'token') this.#resume(start.token)
    }
  }

  /** A token of an event must be met in the stream; one after `invalidate`, or of no event, only says where. */
  #resume(token: ParsedToken): void {
    if (token.kind === 'event' && !token.fromInvalidate) this.#awaited = token
    else if (token.fromInvalidate) this.#skipThrough(token)
  }

  #skipThrough(token: ParsedToken): void {
    for (let entry = this.#oplog.at(this.#position); entry; entry = this.#oplog.at(this.#position)) {
      const order = compareTimestamps(entry.time, token.time) || entry.index - token.index
      if (order > 0) return
      this.#position++
    }
  }

  close(): void {
    this.#closed = true
  }

  async next(limits: BatchLimits, signal: AbortSignal): Promise<Batch> {
    const deadline = Date.now() + (limits.maxTimeMs ?? DEFAULT_AWAIT_MS)
    const documents: Encodable[] = []
    const room = { documents: limits.documents ?? Infinity, bytes: MAX_BATCH_BYTES }
    for (;;) {
      const caughtUp = await this.#readSlices(documents, room, signal)
      const wait = deadline - Date.now()
      if (documents.length > 0 || this.#closed || signal.aborted || !caughtUp || wait <= 0) break
      await this.#appended(wait, signal)
    }
    return { documents, done: this.#closed, postBatchResumeToken: new Map([['_data', this.#token]]) }
  }

  /** Reads until the end of the oplog or of the room; gives whether it was the end of the oplog. */
  async #readSlices(
    documents: Encodable[],
    room: { documents: number; bytes: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    for (let seen = 1; !this.#closed && !signal.aborted; seen++) {
      if (documents.length >= room.documents) return false
      if (this.#position < this.#oplog.begin) throw historyLost()
      const entry = this.#oplog.at(this.#position)
      if (!entry && !this.#invalidatedBy) {
        if (documents.length === 0) this.#token = laterOf(this.#token, highWaterMark(this.#oplog.lastTime))
        return true
      }
      if (!this.#show(entry, documents, room)) return false
      // a long stretch without a match must not stop the others
      if (seen % SLICE === 0 && documents.length === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return false
  }

  /** Shows the next event, if the stream shows it. Gives false when it no longer fits the batch. */
  #show(entry: OplogEntry | undefined, documents: Encodable[], room: { bytes: number }): boolean {
    if (this.#invalidatedBy) return this.#showInvalidate(this.#invalidatedBy, documents)
    if (!entry) return false
    if (!inScope(entry, this.#options.scope) || !isShown(entry, this.#options) || this.#isEarly(entry)) {
      this.#position++
      return true
    }
    const shown = this.#shape(entry)
    const token = entryToken(entry)
    if (shown && this.#awaited && !this.#meets(this.#awaited, entry, token)) {
      this.#position++
      return true
    }
    if (shown) {
      const bytes = encodeDocument(shown)
      if (bytes.length > MAX_DOCUMENT_BYTES + INTERNAL_ALLOWANCE_BYTES) throw tooLarge(bytes.length)
      if (documents.length > 0 && bytes.length > room.bytes) return false
      room.bytes -= bytes.length
      documents.push(new RawDocument(bytes))
      this.#token = token
    }
    this.#position++
    if (invalidates(entry, this.#options.scope)) this.#invalidatedBy = entry
    return true
  }

  #isEarly(entry: OplogEntry): boolean {
    return this.#notBefore !== undefined && compareTimestamps(entry.time, this.#notBefore) < 0
  }

  #showInvalidate(entry: OplogEntry, documents: Encodable[]): boolean {
    const event = toInvalidateEvent(entry)
    const shown = this.#pipeline ? this.#pipeline(decodeEvent(event)) : event
    if (shown) documents.push(new RawDocument(encodeDocument(shown)))
    this.#token = invalidateToken(entry)
    this.#invalidatedBy = undefined
    this.#closed = true
    return true
  }

  /** The event as the client gets it; undefined when the stages leave it out. */
  #shape(entry: OplogEntry): ChangeEvent | BsonDocument | undefined {
    const event = toChangeEvent(entry, this.#options, this.#lookup)
    if (!this.#pipeline) return event
    const shaped = this.#pipeline(decodeEvent(event))
    if (shaped && !keepsToken(shaped, entryToken(entry))) throw tokenModified()
    return shaped
  }

  /** Whether the stream is past the token that it resumes from; that event itself is not shown again. */
  #meets(awaited: ParsedToken, entry: OplogEntry, token: string): boolean {
    if (token === awaited.text) {
      this.#awaited = undefined
      return false
    }
    const order = compareTimestamps(entry.time, awaited.time) || entry.index - awaited.index
    if (order < 0) return false
    throw new CommandError(
      'ChangeStreamFatalError',
      `cannot resume stream; the resume token was not found. {_data: "${awaited.text}"}`,
      { labels: ['NonResumableChangeStreamError'] },
    )
  }

  #appended(maxMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, maxMs)
      const forget = this.#oplog.onceAppended(done)
      signal.addEventListener('abort', done)
      function done(): void {
        clearTimeout(timer)
        forget()
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}

function highWaterMark(time: Timestamp): string {
  return toTokenString({ time, kind: 'highWaterMark', index: 0, fromInvalidate: false })
}

/** The token of the position right after `time`, for replies that carry no events. */
export function highWaterMarkDocument(time: Timestamp): BsonDocument {
  return toTokenDocument({ time, kind: 'highWaterMark', index: 0, fromInvalidate: false })
}

// tokens order as strings; a position must never move back
function laterOf(a: string, b: string): string {
  return a > b ? a : b
}

function inScope(entry: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return !isInternalDatabase(entry.db)
  const { change } = entry
  const renamedTo = change.kind === 'rename' ? change.to : undefined
  if (scope.kind === 'database') return entry.db === scope.db || renamedTo?.db === scope.db
  if (entry.db !== scope.db && !renamedTo) return false
  // the end of the database is the end of the collection, even of one that was never there
  if (entry.db === scope.db && (entry.coll === scope.coll || change.kind === 'dropDatabase')) return true
  return renamedTo?.db === scope.db && renamedTo.coll === scope.coll
}

/** Whether an entry ends what the stream watches. */
function invalidates({ change }: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return false
  if (change.kind === 'dropDatabase') return true
  return scope.kind === 'collection' && (change.kind === 'drop' || change.kind === 'rename')
}

function keepsToken(event: BsonDocument, token: string): boolean {
  const id = event.get('_id')
  return isDocument(id) && id.get('_data') === token
}

function tokenModified(): CommandError {
  return new CommandError(
    'ChangeStreamFatalError',
    'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline. Modifying the _id field of an event makes it impossible to resume the stream from that point. Only transformations that retain the unmodified _id field are allowed.',
    { labels: ['NonResumableChangeStreamError'] },
  )
}

function historyLost(): CommandError {
  return new CommandError(
    'ChangeStreamHistoryLost',
    'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
    { labels: ['NonResumableChangeStreamError'] },
  )
}

function tooLarge(bytes: number): CommandError {
  return new CommandError(
    'BSONObjectTooLarge',
    `BSONObj size: ${bytes} is invalid. Size must be between 0 and ${MAX_DOCUMENT_BYTES + INTERNAL_ALLOWANCE_BYTES}`,
  )
}
