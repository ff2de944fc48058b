import type { BackoffOptions } from '../util/waiting/backoff.ts'
import type { ChangeField, ConstantField, DefaultField } from './query/change-fields.ts'
import type { ConnectionOptions } from './connection/connection.ts'
import type { WatchGap } from './gap.ts'
import type { WatchChangesSubscription, WatchChangesSubscriptionVariables } from './query/operations.generated.ts'

/**
 * One change event with the fields that were asked for; by default all but `json` and `jsonText`. They have MongoDB's
 * own names; a field is null when the server did not send it. `Document` is what documents of the collection are.
 */
export type Change<Field extends ChangeField = DefaultField, Document = unknown> = Pick<
  Omit<WatchChangesSubscription['changes'], keyof Documents<Document>> & Documents<Document>,
  ConstantField | Field
>

/** The fields that hold documents, or a part of one. */
interface Documents<Document> {
  fullDocument: Document | null
  fullDocumentBeforeChange: Document | null
  documentKey: DocumentKey<Document> | null
}

/** What tells documents apart: the `_id`, and the shard key where there is one. */
export type DocumentKey<Document> = Document extends { readonly _id: infer Id } ? { readonly _id: Id } : unknown

/** The changes of a namespace, one reader's: see {@link watch}. */
export interface Watch<Field extends ChangeField = DefaultField, Document = unknown> extends AsyncIterableIterator<
  Change<Field, Document>,
  undefined
> {
  /** Ends it at once, also while a `next()` waits. Idempotent. */
  return(): Promise<IteratorResult<Change<Field, Document>, undefined>>
  /**
   * Tries again now if it is {@link WatchStatus waiting}, otherwise does nothing: for when a person or the system knows
   * better.
   */
  retryNow(): void
}

/**
 * How a watch is doing. `live`: every write that is acknowledged from now on will be delivered; `interrupted`: the
 * relay is there but cannot reach its MongoDB, and `live` follows by itself; `waiting`: before the next attempt, with
 * the reason of the last one's end.
 */
export type WatchStatus =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'interrupted' }
  | { readonly state: 'waiting'; readonly reason: string; readonly delayMs: number }

type Arguments = {
  readonly [Name in keyof WatchChangesSubscriptionVariables]: Exclude<WatchChangesSubscriptionVariables[Name], null>
}

/**
 * What to watch, from where, and over which connection. `db`, `coll`, `operationTypes`, `where`, `fullDocument`,
 * `fullDocumentBeforeChange`, `showExpandedEvents`, `startAfter`, `startAtOperationTime`, `last`, `snapshot` and
 * `format` are the arguments of the schema's `changes`, with its defaults. Durations are in milliseconds. `where` and
 * `startAtOperationTime` take dates, bigints, bytes, the values of `bson`, and `Map`s for documents whose fields have
 * to be in an order that JavaScript does not keep; or a string of Extended JSON.
 */
export interface WatchOptions<Field extends ChangeField = DefaultField> extends Arguments, ConnectionOptions {
  /**
   * The fields of a change to ask for: what is left out is not sent, except `resumeToken` and `operationType`, which
   * are always there. Default: all but `json` and `jsonText`.
   */
  readonly fields?: readonly Field[] | undefined
  /** Ends the watch at once: the iterator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** How many changes may wait for the reader before the watch disconnects until it has read them. Default 1,000. */
  readonly maxQueued?: number | undefined
  /** Delays between attempts. */
  readonly backoff?: BackoffOptions | undefined
  /** Called at each change of state. What it throws ends the watch. */
  readonly onStatus?: ((status: WatchStatus) => void) | undefined
  /**
   * Has the watch go on where it cannot continue, instead of ending with `HISTORY_LOST`, `RESUME_TOKEN_INVALID` or
   * `EVENT_TOO_LARGE`: after the change that is too large; or anew, with the documents where `snapshot` asks for them,
   * otherwise with the last changes that the relay remembers. Called with what is missing when it is live again: all
   * changes before were read, and the others follow. What it throws ends the watch.
   */
  readonly onGap?: ((gap: WatchGap) => void) | undefined
}
