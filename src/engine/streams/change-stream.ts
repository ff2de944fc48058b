import { compareTimestamps } from '../../bson/compare.ts'
import { encodeDocument, RawDocument, type Encodable } from '../../bson/codec/encode.ts'
import { INTERNAL_ALLOWANCE_BYTES, MAX_DOCUMENT_BYTES } from '../../bson/types.ts'
import { doc, isDocument, type BsonDocument, type Timestamp } from '../../bson/values.ts'
import { BATCH_ENTRY_BYTES, MAX_BATCH_BYTES } from '../cursors/batch.ts'
import type { Batch, BatchLimits, BatchSource } from '../cursors/cursors.ts'
import { CommandError } from '../../bson/command-error.ts'
import { beginWork } from '../../bson/work-budget.ts'
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
import { type StreamOptions, invalidates, isInScope } from './options.ts'
import { compareToToken, standingOf } from './resume-point.ts'
import { toTokenString, type ParsedToken } from './resume-token.ts'
import { splitEvent, tooLarge } from './split-event.ts'

/** How long a `getMore` waits for an event when the client does not say. */
const DEFAULT_AWAIT_MS = 1000
/** How many entries are looked at before others get their turn. */
const SLICE = 1000

/** What comes after `$changeStream`. */
export interface StreamPipeline {
  /** What the stages make of an event; undefined leaves it out. Absent when there are none. */
  readonly shape?: (event: BsonDocument) => BsonDocument | undefined
  /** Whether the last stage is `$changeStreamSplitLargeEvent`. */
  readonly splits: boolean
}

/** An event on its way to a batch, encoded. */
interface Ready {
  readonly bytes: Buffer
  readonly token: string
}

/**
 * A change stream: a reader of the oplog with a position of its own. **Cost** of an idle stream is memory only; of a
 * waiting one, a look at each entry that is appended; of an event, the same however long the oplog is.
 */
export class ChangeStream implements BatchSource {
  readonly outlivesDrop = true
  readonly #oplog: Oplog
  readonly #options: StreamOptions
  readonly #pipeline: StreamPipeline
  readonly #lookup: Lookup
  /** The oplog position of the next entry to look at. */
  #position: number
  /** Events before this time are not shown: a start may lie in the future. */
  readonly #notBefore: Timestamp | undefined
  /** The token that must still be met before any event may be shown. */
  #awaited: ParsedToken | undefined
  /** Events of entries already looked at, that did not fit the last batch. */
  #ready: Ready[] = []
  /** Whether `invalidate` was made ready: nothing follows it. */
  #ended = false
  #closed = false
  /** Whether the first batch was given, which is part of opening. */
  #opened = false
  /** The position after everything that was given. */
  #token: string

  /** @throws CommandError ChangeStreamHistoryLost when the oplog does not reach back to the start */
  constructor(oplog: Oplog, options: StreamOptions, lookup: Lookup, pipeline: StreamPipeline) {
    this.#oplog = oplog
    this.#options = options
    this.#lookup = lookup
    this.#pipeline = pipeline
    const { start } = options
    if (start.kind === 'now') {
      this.#position = oplog.end
      // a time of its own, after everything that was written: resuming from here must not bring any of that
      this.#token = highWaterMark(oplog.tick())
      return
    }
    this.#notBefore = start.kind === 'time' ? start.time : start.token.time
    if (oplog.isTruncatedSince(this.#notBefore)) throw historyLost()
    this.#position = oplog.positionOf(this.#notBefore)
    this.#token = start.kind === 'time' ? highWaterMark(start.time) : start.token.text
    if (start.kind === 'token') this.#resume(start.token)
  }

  close(): void {
    this.#closed = true
  }

  async next(limits: BatchLimits, signal: AbortSignal): Promise<Batch> {
    const deadline = performance.now() + (limits.maxTimeMs ?? DEFAULT_AWAIT_MS)
    const documents: Encodable[] = []
    const most = limits.documents ?? Infinity
    for (;;) {
      const caughtUp = await this.#fill(documents, most, signal)
      const waitMs = deadline - performance.now()
      if (documents.length > 0 || this.#closed || signal.aborted || !caughtUp || waitMs <= 0) break
      await this.#appended(waitMs, signal)
    }
    this.#opened = true
    const invalidated = this.#ended && this.#closed
    return { documents, done: this.#closed, invalidated, postBatchResumeToken: doc({ _data: this.#token }) }
  }

  /**
   * A token of an event must be met in the stream; one after `invalidate`, or of no event, only says where to start.
   */
  #resume(token: ParsedToken): void {
    if (token.kind === 'event' && !token.fromInvalidate) this.#awaited = token
    if (!token.fromInvalidate) return
    for (let entry = this.#oplog.at(this.#position); entry; entry = this.#oplog.at(this.#position)) {
      if (compareToToken(entry, token) > 0) return
      this.#position++
    }
  }

  /**
   * Fills a batch. An error that comes after the first event waits for the next batch, so that no event before it is
   * lost; one that comes while the stream is opened waits for the first `getMore`, where a server tells it.
   * @returns whether it ended at the end of the oplog
   */
  async #fill(documents: Encodable[], most: number, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#read(documents, most, signal)
    } catch (error) {
      // what failed is looked at, and fails, again
      if (documents.length === 0 && this.#opened) throw error
      return false
    }
  }

  async #read(documents: Encodable[], most: number, signal: AbortSignal): Promise<boolean> {
    let room = MAX_BATCH_BYTES
    for (let seen = 1; !this.#closed && !signal.aborted; seen++) {
      if (documents.length >= most) return false
      const ready = this.#ready[0]
      if (ready) {
        if (documents.length > 0 && ready.bytes.length + BATCH_ENTRY_BYTES > room) return false
        this.#ready.shift()
        documents.push(new RawDocument(ready.bytes))
        room -= ready.bytes.length + BATCH_ENTRY_BYTES
        this.#token = ready.token
        continue
      }
      if (this.#ended) this.#closed = true
      else if (!this.#look()) {
        // positions move on while nothing matches, and never back
        const mark = highWaterMark(this.#oplog.lastTime)
        if (documents.length === 0 && mark > this.#token) this.#token = mark
        return true
      }
      // a long stretch without a match must not stop the others
      if (seen % SLICE === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    }
    return false
  }

  /** Looks at the next entry and makes its events ready. Gives false at the end of the oplog. */
  #look(): boolean {
    if (this.#position < this.#oplog.begin) throw historyLost()
    const entry = this.#oplog.at(this.#position)
    if (!entry) return false
    if (isInScope(entry, this.#options.scope) && isShown(entry, this.#options) && !this.#isEarly(entry)) {
      this.#ready = this.#eventsOf(entry)
      if (invalidates(entry, this.#options.scope)) this.#invalidate(entry)
    }
    this.#position++
    return true
  }

  #isEarly(entry: OplogEntry): boolean {
    return this.#notBefore !== undefined && compareTimestamps(entry.time, this.#notBefore) < 0
  }

  #eventsOf(entry: OplogEntry): Ready[] {
    const event = this.#shape(toChangeEvent(entry, this.#optionsFor(entry), this.#lookup))
    if (!event) return []
    const standing = this.#awaited && standingOf(entry, this.#awaited)
    if (standing?.kind === 'before') return []
    if (standing) this.#awaited = undefined
    if (standing && standing.fragments === undefined) return []
    const token = entryToken(entry)
    if (!keepsToken(event, token)) throw tokenModified()
    const bytes = encodeDocument(event)
    if (bytes.length <= MAX_DOCUMENT_BYTES) return standing ? [] : [{ bytes, token }]
    if (this.#pipeline.splits) return splitEvent(event, token).slice(standing?.fragments ?? 0)
    if (bytes.length > MAX_DOCUMENT_BYTES + INTERNAL_ALLOWANCE_BYTES) throw tooLarge(bytes.length)
    return [{ bytes, token }]
  }

  /** What is only looked at to find the position that the stream resumes from need not have its images. */
  #optionsFor(entry: OplogEntry): StreamOptions {
    if (!this.#awaited || compareToToken(entry, this.#awaited) > 0) return this.#options
    const { fullDocument, fullDocumentBeforeChange, ...others } = this.#options
    const asAvailable = <T>(image: T | 'required') => (image === 'required' ? 'whenAvailable' : image)
    return {
      ...others,
      fullDocument: asAvailable(fullDocument),
      fullDocumentBeforeChange: asAvailable(fullDocumentBeforeChange),
    }
  }

  /** The stream ends behind this entry, whether or not the stages leave `invalidate` out. */
  #invalidate(entry: OplogEntry): void {
    const event = this.#shape(toInvalidateEvent(entry))
    const token = invalidateToken(entry)
    if (event) this.#ready.push({ bytes: encodeDocument(event), token })
    this.#ended = true
  }

  #shape(event: ChangeEvent): ChangeEvent | undefined {
    const { shape } = this.#pipeline
    if (!shape) return event
    // many streams look at an event in one turn: none is to pay for the time of the others
    beginWork()
    return shape(decodeEvent(event))
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

function keepsToken(event: ChangeEvent, token: string): boolean {
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
