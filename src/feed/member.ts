import type { Cohort } from './cohort.ts'
import type { ChangesRequest } from './request.ts'
import type { Sink } from './sink.ts'

/**
 * A subscriber: a position in the log and a sink. Plain data, because there are many and most of them wait.
 *
 * - `starting`: its position is not known yet
 * - `live`: it has everything that the upstream delivered
 * - `behind`: it is given what is in the window, a batch at a time
 * - `stuck`: its sink is full; costs nothing until that changes
 * - `catchingUp`: a change stream of its own brings it back to the window, or it waits for one
 * - `ended`
 */
export interface Member {
  readonly cohort: Cohort
  readonly sink: Sink
  /** See {@link ChangesRequest.owner}. */
  readonly owner: string | undefined
  state: 'starting' | 'live' | 'behind' | 'stuck' | 'catchingUp' | 'ended'
  /** The number of the next event to look at. Meaningless while `starting` or `catchingUp`; while `live`, of all alike. */
  seq: number
  /** Events up to this key come before its start; empty when there are none left. */
  minKey: string
  /** The last position known to be reached, while it is not `live`. */
  token: string | undefined
  /** When its sink became full, or last got emptier. */
  stuckSince: number
  /** How much its sink held then, in bytes. */
  stuckBytes: number
  /** Whether it has started, and has been told so if it wants to. */
  isAnnounced: boolean
  /** Whether the last thing that it was told of the upstream is that it is interrupted. */
  knowsInterrupted: boolean
  /** Ends what it waits for while `starting` or `catchingUp`. */
  waiting: AbortController | undefined
}

/** A member that has not started. */
export function createMember(cohort: Cohort, sink: Sink, owner?: string): Member {
  return {
    cohort,
    sink,
    owner,
    state: 'starting',
    seq: 0,
    minKey: '',
    token: undefined,
    stuckSince: 0,
    stuckBytes: 0,
    isAnnounced: false,
    knowsInterrupted: false,
    waiting: undefined,
  }
}
