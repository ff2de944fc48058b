import { randomBytes } from 'node:crypto'
import { type BsonDocument, Long } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Encodable } from '../../bson/codec/encode.ts'

/** What a batch may hold. */
export interface BatchLimits {
  /** The most documents; undefined leaves only the size limit. */
  readonly documents?: number
  /** How long an awaiting cursor waits for the first document. */
  readonly maxTimeMs?: number
}

/** What a cursor gives for one request. */
export interface Batch {
  readonly documents: readonly Encodable[]
  /** Nothing follows: the cursor closes itself. */
  readonly done: boolean
  /** Change streams: the position after this batch. */
  readonly postBatchResumeToken?: BsonDocument
  /** Change streams: what they watched has come to an end. */
  readonly invalidated?: boolean
}

/** Where documents come from, batch by batch. */
export interface BatchSource {
  /** Whether the source goes on when its collection is dropped, as a change stream does to tell it. */
  readonly outlivesDrop?: boolean
  /** `signal` aborts when the client is gone or the cursor was killed; then whatever there is may be given. */
  next(limits: BatchLimits, signal: AbortSignal): Promise<Batch> | Batch
  close(): void
}

/** An open cursor. */
export interface Cursor {
  readonly id: Long
  readonly namespace: string
  readonly source: BatchSource
  /** The session that opened it, by key; killing the session kills it. */
  readonly session: string | undefined
  /** The transaction that opened it, if any: it must not be read outside. */
  readonly transaction: object | undefined
  /** What is shown of the command that opened it, encoded. */
  readonly command: Buffer
}

/** An open cursor, and what became of it so far. */
export interface OpenCursor extends Cursor {
  readonly createdDate: Date
  lastAccessDate: Date
  /** How many documents it gave, in how many batches. */
  documents: number
  batches: number
  /** Whether a `getMore` uses it at this moment. */
  inUse: boolean
  lastUsed: number
  readonly killed: AbortController
}

/** The open cursors of a server. Those that are not used for a time are closed. */
export class Cursors {
  readonly #open = new Map<string, OpenCursor>()
  readonly #now: () => number
  readonly #idleMs: number
  readonly #wallNow: () => number

  /**
   * @param idleMs how long a cursor may lie unused; a real server allows 600,000
   * @param wallNow the time that is shown, in milliseconds since 1970
   */
  constructor(now: () => number, idleMs: number, wallNow: () => number) {
    this.#now = now
    this.#idleMs = idleMs
    this.#wallNow = wallNow
  }

  get size(): number {
    return this.#open.size
  }

  /** The open cursors at this moment, or the one with this id. */
  list(id?: Long): Readonly<OpenCursor>[] {
    if (id === undefined) return [...this.#open.values()]
    const entry = this.#open.get(id.toString())
    return entry ? [entry] : []
  }

  /** Keeps a source open under a new id, when it has given so many documents in a first batch. */
  open(cursor: Omit<Cursor, 'id'>, documents: number): Cursor {
    // positive, and never zero, which stands for a closed cursor
    const bytes = randomBytes(8)
    const id = Long.fromBits(bytes.readInt32LE(0), (bytes.readInt32LE(4) & 0x7fff_ffff) | 0x1000_0000)
    const createdDate = new Date(this.#wallNow())
    const given = { createdDate, lastAccessDate: createdDate, documents, batches: 1 }
    const entry: OpenCursor = {
      ...cursor,
      ...given,
      id,
      killed: new AbortController(),
      lastUsed: this.#now(),
      inUse: false,
    }
    this.#open.set(id.toString(), entry)
    return entry
  }

  /** The cursor with this id, of whichever session. */
  peek(id: Long): Cursor | undefined {
    return this.#open.get(id.toString())
  }

  /**
   * Reads the next batch. A killed cursor, or a client that leaves, ends the wait at once.
   * @param checkedOut called once the cursor is this reader's alone; what it throws closes the cursor
   * @throws CommandError CursorNotFound, CursorInUse, CursorKilled
   */
  async next(
    id: Long,
    limits: BatchLimits,
    client: AbortSignal,
    checkedOut: () => void = () => undefined,
  ): Promise<Batch> {
    const entry = this.#open.get(id.toString())
    if (!entry) throw new CommandError('CursorNotFound', `cursor id ${id.toString()} not found`)
    if (entry.inUse) throw new CommandError('CursorInUse', `cursor id ${id.toString()} is already in use`)
    entry.inUse = true
    entry.lastUsed = this.#now()
    entry.lastAccessDate = new Date(this.#wallNow())
    const stop = () => entry.killed.abort()
    client.addEventListener('abort', stop)
    try {
      checkedOut()
      const batch = await entry.source.next(limits, entry.killed.signal)
      if (!this.#open.has(id.toString()))
        throw new CommandError('CursorKilled', `cursor id ${id.toString()} was killed`)
      if (batch.done) this.kill(id)
      entry.documents += batch.documents.length
      entry.batches++
      return batch
    } catch (error) {
      this.kill(id)
      throw error
    } finally {
      client.removeEventListener('abort', stop)
      entry.inUse = false
      entry.lastUsed = this.#now()
      // no reader is left for what was being fetched
      if (client.aborted) this.kill(id)
    }
  }

  /** Closes a cursor and ends a wait on it. Gives whether it was open. */
  kill(id: Long): boolean {
    const entry = this.#open.get(id.toString())
    if (!entry) return false
    this.#open.delete(id.toString())
    entry.killed.abort()
    entry.source.close()
    return true
  }

  /** Closes the cursors that match. */
  killWhere(test: (cursor: Cursor) => boolean): void {
    for (const entry of [...this.#open.values()]) if (test(entry)) this.kill(entry.id)
  }

  /** Closes the cursors that lay unused for too long. */
  sweep(): void {
    const limit = this.#now() - this.#idleMs
    for (const entry of [...this.#open.values()]) if (!entry.inUse && entry.lastUsed < limit) this.kill(entry.id)
  }
}
