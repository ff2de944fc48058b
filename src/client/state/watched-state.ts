import type { WatchError } from '../watch-error.ts'
import type { WatchOptions, WatchStatus } from '../watch-options.ts'

/** The documents of a collection that match, kept up to date. */
export interface WatchedState<Document> extends AsyncIterable<ReadonlyMap<string, Document>, undefined> {
  /**
   * By the text of their document key, such as `{"_id":1}`; see {@link WatchedState.get}. While documents are loaded
   * for the first time, those that have come; while they are loaded anew, those before. Another object, or the same
   * with other documents, after each notice.
   */
  readonly documents: ReadonlyMap<string, Document>
  /** The document with this `_id`, as it is in JSON, such as `{ $oid: '…' }`. Not on sharded collections. */
  get(id: unknown): Document | undefined
  readonly status: WatchStatus
  /** Whether every write that is acknowledged from now on will be seen. */
  readonly isLive: boolean
  /** Whether `documents` are all that match, and it is live. */
  readonly isCurrent: boolean
  /** What has ended it for good; absent while it goes on, and after `stop()`. */
  readonly error: WatchError | Error | undefined
  /** Rises with each notice: what has the same one is the same. */
  readonly version: number
  /** Settles when it is current for the first time. @throws what ends it before */
  ready(): Promise<void>
  /**
   * Calls a listener when documents, status or error have changed, at most once in `noticeEveryMs`. @returns ends that
   */
  subscribe(listener: () => void): () => void
  /** Gives the documents now and after each notice; who is slow gets the latest. @throws what ends it */
  [Symbol.asyncIterator](): AsyncIterableIterator<ReadonlyMap<string, Document>, undefined>
  /** Tries again now if it waits; otherwise does nothing. */
  retryNow(): void
  /** Ends it and its iterators, and leaves nothing open. Idempotent. */
  stop(): void
}

/**
 * What to watch, and how: options of `watch`. Those are left out that would leave out changes, or have no meaning for a
 * state.
 */
export interface WatchStateOptions extends Omit<
  WatchOptions,
  | ('operationTypes' | 'fullDocument' | 'fullDocumentBeforeChange' | 'showExpandedEvents')
  | ('startAfter' | 'startAtOperationTime' | 'last' | 'snapshot' | 'fields' | 'onGap')
> {
  readonly db: string
  readonly coll: string
  /** How many documents are held at most: with more it ends with `LIMIT_EXCEEDED`. Default 100,000. */
  readonly maxDocuments?: number | undefined
  /** The shortest time between two notices, in milliseconds. Default 20. */
  readonly noticeEveryMs?: number | undefined
}
