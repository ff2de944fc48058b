import type { Timestamp } from 'bson'
import type { LazyDocument } from '../../bson/codec/lazy-document.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { RelayError } from '../../errors.ts'
import type { Change } from './change.ts'
import type { Position } from './position.ts'
import type { Scope } from './scope.ts'
import type { StreamOptions } from './stream-options.ts'

/** Where changes come from: a deployment, or what stands for one. All that the feed knows of it. */
export interface ChangeSource {
  /**
   * The changes of a scope from a position on, in change-stream order, each once, across outages.
   *
   * **Lifecycle**: lazy; holds what it reads from while it is iterated. `signal` ends it at once, also while it waits,
   * by throwing the signal's reason.
   * **Order and delivery**: a caller that comes back for the next report has taken all of this one.
   *
   * @throws RelayError with the position in `resumeToken`, if it is one to continue from
   */
  watch(options: WatchOptions, signal: AbortSignal): AsyncGenerator<SourceEvent, never, void>
  /**
   * The cluster time, as of after the call: whatever was acknowledged before is not later. Waits through an outage.
   *
   * @throws RelayError for what trying again does not mend, or the signal's reason
   */
  operationTime(signal: AbortSignal): Promise<Timestamp>
  /**
   * The documents of a collection in the order of their `_id`, in batches, across outages; nothing where there is no
   * such collection. Each is as of the given cluster time or later; one that is written meanwhile may be among them or
   * not.
   *
   * **Lifecycle**: as {@link ChangeSource.watch}. Ends after the last document.
   *
   * @throws RelayError, or the signal's reason
   */
  documents(options: DocumentsOptions, signal: AbortSignal): AsyncGenerator<readonly CollectionDocument[], void, void>
  /** Why one of its errors came, and what to do about it where that shows; for the log. */
  reasonOf(error: RelayError): string | undefined
}

/** What is watched, from where, and how patiently. Durations in milliseconds. */
export interface WatchOptions extends StreamOptions {
  readonly scope: Scope
  /**
   * Where to start; `'now'` is the cluster time when the first report is asked for. What happened at that very time
   * comes first: a server that is quiet tells no later position to any other stream.
   */
  readonly start: Position | 'now'
  /** How long before now to start instead, in milliseconds. Default 0. */
  readonly earlierMs?: number
  /** Whether `start` is what a caller sent, which may be a token of another namespace: that is refused. */
  readonly isStartGiven?: boolean
  /** Whether the same was read until now: then it can be read, and an error that says nothing else passes. */
  readonly wasOpen?: boolean
  /** How long watching may fail before it was ever open. Default: for ever. */
  readonly startTimeoutMs?: number
  /** How long an outage may last. Default: for ever. */
  readonly outageLimitMs?: number
  /** How long the source may wait for events before it says that there are none. Default the source's. */
  readonly maxAwaitTimeMs?: number
}

/** Which documents are read. */
export interface DocumentsOptions {
  readonly db: string
  readonly coll: string
  /** Only those whose `_id` sorts after this one; `undefined`: all. */
  readonly after: BsonValue | undefined
  /** They are not older than this. */
  readonly asOf: Timestamp
  /** How many at most. Default: all. */
  readonly limit?: number
}

/** A document as it is stored. */
export interface CollectionDocument {
  /** The `_id`, preceded by the shard key where there is one, as in events. */
  readonly key: BsonDocument
  readonly document: LazyDocument
}

/** What a source reports, in order. */
export type SourceEvent = SourceOpen | ChangeBatch | SourceInterruption

/** It is being read: for the first time, before all changes, or again after an interruption. */
export interface SourceOpen {
  readonly type: 'open'
  /** All that is reported from now on comes after this. */
  readonly position: Position
  /** The cluster time when it began, where it was to begin earlier: what happened until then is reported first. */
  readonly present?: Position
}

/** Changes, or the word that there are none. */
export interface ChangeBatch {
  readonly type: 'batch'
  /** In change-stream order; empty where nothing has happened up to the position. */
  readonly events: readonly Change[]
  /** The token up to which everything has been reported: the last event's, or a later one without any event. */
  readonly position: string
}

/** It cannot be reached, for the time being. Said once for an outage. */
export interface SourceInterruption {
  readonly type: 'interrupted'
  readonly error: RelayError
}

/** An error of a source as subscribers may see it. Any other than a {@link RelayError} is a mistake in a program. */
export function toSourceError(error: unknown): RelayError {
  if (error instanceof RelayError) return error
  return new RelayError('UPSTREAM_FAILED', 'Reading the change stream failed', { cause: error })
}
