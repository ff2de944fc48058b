import { type BsonDocument, type BsonValue, Timestamp, type Timestamp as TimestampValue } from '../../bson/values.ts'
import { compareTimestamps } from '../../bson/compare.ts'

/** What an update changed, as change events show it. */
export interface UpdateDescription {
  readonly updatedFields: BsonDocument
  readonly removedFields: readonly string[]
  readonly truncatedArrays: readonly { readonly field: string; readonly newSize: number }[]
  /** Path to components, only for paths that are ambiguous. */
  readonly disambiguatedPaths: BsonDocument
}

/** A change of one document. Documents are encoded. */
export type DocumentChange =
  | { readonly kind: 'insert'; readonly id: BsonValue; readonly after: Buffer }
  | { readonly kind: 'replace'; readonly id: BsonValue; readonly after: Buffer; readonly before?: Buffer }
  | {
      readonly kind: 'update'
      readonly id: BsonValue
      /** Kept where images are recorded. */
      readonly after?: Buffer
      readonly before?: Buffer
      readonly description: UpdateDescription
    }
  | { readonly kind: 'delete'; readonly id: BsonValue; readonly before?: Buffer }

/** A change of the catalog. `description` is what `showExpandedEvents` shows of it. */
export type CatalogChange =
  | { readonly kind: 'create'; readonly description: BsonDocument }
  | { readonly kind: 'drop' | 'dropDatabase' }
  | {
      readonly kind: 'rename'
      readonly to: { readonly db: string; readonly coll: string }
      readonly description: BsonDocument
    }
  | {
      readonly kind: 'createIndexes' | 'dropIndexes' | 'modify'
      readonly description: BsonDocument
      readonly state?: BsonDocument
    }

/** The transaction that a change was part of. */
export interface TransactionStamp {
  readonly lsid: BsonDocument
  readonly txnNumber: bigint
}

/** Where a change happened. */
export interface ChangePlace {
  readonly db: string
  /** Absent for `dropDatabase`. */
  readonly coll?: string
  /** The collection's UUID; absent for `dropDatabase`. */
  readonly uuid?: Buffer
  /** Whether images were recorded: only then may a stream show the post-image. */
  readonly images?: boolean
  /** Whether it is a view: only streams that show expanded events show it. */
  readonly view?: boolean
}

/** One entry of the oplog. */
export type OplogEntry = ChangePlace & {
  readonly change: DocumentChange | CatalogChange
  readonly time: TimestampValue
  /** The position among the entries of one transaction, which share their time; 0 otherwise. */
  readonly index: number
  /** The server's wall clock. */
  readonly wall: Date
  readonly transaction?: TransactionStamp
}

/** Bytes charged for an entry beside its documents. */
const ENTRY_OVERHEAD_BYTES = 256
/** Freed slots at the front are cut off once so many have gathered, so that dropping the oldest entry is cheap. */
const COMPACT_AFTER = 4096

/**
 * The log of all changes: append-only, bounded in bytes, oldest entries first to go. Positions count every entry ever
 * appended, so that a reader's position stays right while older entries go.
 * **Cost**: appending, reading at a position and dropping the oldest are constant; finding a time is logarithmic.
 */
export class Oplog {
  readonly #maxBytes: number
  readonly #now: () => number
  #entries: OplogEntry[] = []
  #start = 0
  #dropped = 0
  #bytes = 0
  #last: TimestampValue
  #waiting = new Set<() => void>()
  #notifying = false

  /**
   * @param maxBytes what entries may take before the oldest go; at least the newest entry is always kept
   * @param now wall clock in milliseconds
   */
  constructor(maxBytes: number, now: () => number) {
    this.#maxBytes = maxBytes
    this.#now = now
    this.#last = new Timestamp({ t: Math.floor(now() / 1000), i: 1 })
  }

  /** The time of the newest entry, or of the start. */
  get lastTime(): TimestampValue {
    return this.#last
  }

  /** The position that the next entry will have. */
  get end(): number {
    return this.#dropped + this.#entries.length - this.#start
  }

  /** The position of the oldest entry that is left. */
  get begin(): number {
    return this.#dropped
  }

  /** A new time, above all given before: seconds of the clock, then an ordinal. */
  tick(): TimestampValue {
    const seconds = Math.floor(this.#now() / 1000)
    this.#last =
      seconds > this.#last.t
        ? new Timestamp({ t: seconds, i: 1 })
        : new Timestamp({ t: this.#last.t, i: this.#last.i + 1 })
    return this.#last
  }

  /** Appends changes that become visible at once; those of a transaction share one time. */
  append(changes: readonly (ChangePlace & { change: OplogEntry['change'] })[], transaction?: TransactionStamp): void {
    const wall = new Date(this.#now())
    let time: TimestampValue | undefined
    for (const [i, change] of changes.entries()) {
      if (!transaction || !time) time = this.tick()
      const index = transaction ? i : 0
      const entry: OplogEntry = { ...change, time, index, wall, ...(transaction ? { transaction } : {}) }
      this.#entries.push(entry)
      this.#bytes += entryBytes(entry)
    }
    this.#trim()
    this.#notify()
  }

  /** The entry at a position; undefined beyond the end or when it is gone. */
  at(position: number): OplogEntry | undefined {
    return position < this.#dropped ? undefined : this.#entries[this.#start + position - this.#dropped]
  }

  /** The position of the first entry at or after a time. */
  positionOf(time: TimestampValue): number {
    let low = this.#start
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareTimestamps((this.#entries[middle] as OplogEntry).time, time) < 0) low = middle + 1
      else high = middle
    }
    return this.#dropped + low - this.#start
  }

  /** Whether changes after `time` may be gone already. */
  isTruncatedSince(time: TimestampValue): boolean {
    if (this.#dropped === 0) return false
    const oldest = this.#entries[this.#start]
    return !oldest || compareTimestamps(time, oldest.time) < 0
  }

  /** Calls `listener` once, in a later turn, when something is appended. Gives a function that takes the call back. */
  onceAppended(listener: () => void): () => void {
    this.#waiting.add(listener)
    return () => this.#waiting.delete(listener)
  }

  #trim(): void {
    while (this.#bytes > this.#maxBytes && this.#entries.length - this.#start > 1) {
      this.#bytes -= entryBytes(this.#entries[this.#start] as OplogEntry)
      // lets the documents go before the slots are cut off
      this.#entries[this.#start] = undefined as unknown as OplogEntry
      this.#start++
      this.#dropped++
    }
    if (this.#start < COMPACT_AFTER) return
    this.#entries = this.#entries.slice(this.#start)
    this.#start = 0
  }

  /** Wakes readers once per turn of the event loop, however many entries were appended in it. */
  #notify(): void {
    if (this.#notifying || this.#waiting.size === 0) return
    this.#notifying = true
    setImmediate(() => {
      this.#notifying = false
      const waiting = this.#waiting
      this.#waiting = new Set()
      for (const listener of waiting) listener()
    })
  }
}

function entryBytes({ change }: OplogEntry): number {
  const after = 'after' in change ? (change.after?.length ?? 0) : 0
  const before = 'before' in change ? (change.before?.length ?? 0) : 0
  return ENTRY_OVERHEAD_BYTES + after + before
}
