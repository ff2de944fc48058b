import type { BackoffOptions } from './backoff.ts'
import type { ConnectionOptions } from './connection.ts'
import type { WatchChangesSubscription, WatchChangesSubscriptionVariables } from './operations.generated.ts'

/** One change event. Fields have MongoDB's own names; a field is null when the server did not send it. */
export type Change = WatchChangesSubscription['changes']

/**
 * How a watch is doing. `live`: every write that is acknowledged from now on will be delivered; `interrupted`: the relay is
 * there but cannot reach its MongoDB, and `live` follows by itself; `waiting`: before the next attempt, with the reason of
 * the last one's end.
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
 * `fullDocumentBeforeChange`, `startAfter`, `startAtOperationTime`, `last` and `format` are the arguments of the schema's
 * `changes`, with its defaults. Durations are in milliseconds.
 */
export interface WatchOptions extends Arguments, ConnectionOptions {
  /** Ends the watch at once: the iterator throws the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /** How many changes may wait for the reader before the watch disconnects until it has read them. Default 1,000. */
  readonly maxQueued?: number | undefined
  /** Delays between attempts. */
  readonly backoff?: BackoffOptions | undefined
  /** Called at each change of state. What it throws ends the watch. */
  readonly onStatus?: ((status: WatchStatus) => void) | undefined
}
