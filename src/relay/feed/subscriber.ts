import type { RelayError } from '../../errors.ts'
import type { Cohort } from './cohort.ts'
import type { ChangesRequest } from './request.ts'
import type { Sink, Subscription } from './sink.ts'

/** The stream that a subscriber belongs to. */
export interface SubscriberStream {
  /** Goes on with a subscriber whose sink was full. */
  resume(subscriber: Subscriber): void
  /** Lets a subscriber go, without a word to its sink. Idempotent. */
  remove(subscriber: Subscriber): void
  /** Ends a subscriber with an error. */
  end(subscriber: Subscriber, error: RelayError): void
  /** Ends a subscriber with an error that says where to continue, after what has arrived until now. */
  endHere(subscriber: Subscriber, error: RelayError): void
}

/**
 * A subscriber: a position in the log and a sink. A few plain fields, because there are many and most of them wait.
 *
 * - `starting`: its position is not known yet
 * - `live`: it has everything that the upstream delivered
 * - `behind`: it is given what is in the window, a batch at a time
 * - `stuck`: its sink is full; costs nothing until that changes
 * - `catchingUp`: a change stream of its own brings it back to the window, or it waits for one
 * - `ended`
 */
export class Subscriber implements Subscription {
  readonly cohort: Cohort
  readonly sink: Sink
  /** See {@link ChangesRequest.owner}. */
  readonly owner: string
  state: 'starting' | 'live' | 'behind' | 'stuck' | 'catchingUp' | 'ended' = 'starting'
  /**
   * The number of the next event to look at. Meaningless while `starting` or `catchingUp`; while `live`, of all alike.
   */
  seq = 0
  /** Events up to this key come before its start; empty when there are none left. */
  minKey = ''
  /** The last position known to be reached, while it is not `live`. */
  token: string | undefined = undefined
  /** Whether it has started, and has had the notice of that if it wants one. */
  isAnnounced = false
  /** Whether the last notice that it had of the upstream is that it is interrupted. */
  knowsInterrupted = false
  /** Ends what it waits for while `starting` or `catchingUp`. */
  waiting: AbortController | undefined = undefined

  constructor(cohort: Cohort, sink: Sink, owner = '') {
    this.cohort = cohort
    this.sink = sink
    this.owner = owner
  }

  resume(): void {
    this.cohort.stream.resume(this)
  }

  close(): void {
    this.cohort.stream.remove(this)
  }

  end(error: RelayError): void {
    this.cohort.stream.endHere(this, error)
  }
}
