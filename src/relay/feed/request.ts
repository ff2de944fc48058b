import type { Change } from '../changes/change.ts'
import type { DocumentTest } from '../changes/where.ts'
import type { StreamOptions } from '../changes/stream-options.ts'
import type { Position } from '../changes/position.ts'
import type { Scope } from '../changes/scope.ts'

/** How many events can be asked for with `last`. */
export const MAX_LAST = 100

/** What a subscriber wants; checked already. */
export interface ChangesRequest {
  readonly scope: Scope
  readonly chosen: StreamOptions
  /**
   * The event as the subscriber may see it, as a new one, or `undefined` when they may not see it. Everything else
   * applies to what this gives. Absent: they see every event as it is.
   */
  readonly view?: (change: Change) => Change | undefined
  /** Operation types to deliver; absent: all. */
  readonly operationTypes?: ReadonlySet<string>
  /** Tells which events to deliver; absent: all. */
  readonly matches?: DocumentTest
  /** Equal for requests with equal filters. */
  readonly filterKey?: string
  /** How much memory that takes, in bytes, for the limit of each owner. Absent: none. */
  readonly filterBytes?: number
  /** Deliver an event that says that the subscription has started, before all others. */
  readonly announceStart?: boolean
  /** Deliver an event when MongoDB cannot be reached, and one when it is watched again. */
  readonly announceInterruptions?: boolean
  /** Deliver an event from time to time when the position has moved on without one. */
  readonly announcePositions?: boolean
  /** Who asks, and has a share of what all have. Absent: counted together with all others who are not named. */
  readonly owner?: string
  /** Deliver the documents of the collection, too. Absent: no. */
  readonly snapshot?: SnapshotRequest
  /**
   * Where to start: at a position, now, with the last so many events that are remembered, or with the documents that
   * there are.
   */
  readonly start: Position | 'now' | { readonly last: number } | SnapshotStart
}

/** How the documents of a collection are delivered. */
export interface SnapshotRequest {
  /** Whether a subscription whose position the oplog does not have any more begins again with the documents. */
  readonly isRenewed: boolean
  /** Whether there are pre-images in the events that the subscriber did not ask for. */
  readonly hidesPreImages: boolean
}

/** With the documents that there are. */
export interface SnapshotStart {
  /** Whether what the subscriber had is to be forgotten first. */
  readonly isAnew: boolean
}
