import type { RelayError } from '../../errors.ts'
import { createWaitList, type WaitList } from '../../util/waiting/wait-list.ts'
import type { Cohort } from './cohort.ts'
import type { ChangesRequest } from './request.ts'
import type { Batch, Sink, Subscription } from './sink.ts'

/** The stream that a subscriber belongs to. */
export interface SubscriberStream {
  /** Its subscribers that are `behind`: who is given what is in the window. Kept by {@link Subscriber.pass}. */
  readonly behind: Set<Subscriber>
  /** The token of {@link Subscription.position}, not sealed; `undefined` when there is none yet. */
  positionOf(subscriber: Subscriber): string | undefined
  /** Goes on with a subscriber whose sink was full. */
  resume(subscriber: Subscriber): void
  /** Lets a subscriber go, without a word to its sink. Idempotent. */
  remove(subscriber: Subscriber): void
  /** Ends a subscriber with an error. */
  end(subscriber: Subscriber, error: RelayError): void
  /** Ends a subscriber with an error that says where to continue, after what has arrived until now. */
  endHere(subscriber: Subscriber, error: RelayError): void
  /** See {@link Subscription.caughtUp}. */
  caughtUp(subscriber: Subscriber, signal: AbortSignal): Promise<void>
}

/**
 * Where a subscriber is.
 *
 * - `starting`: its position is not known yet
 * - `live`: it has everything that the upstream delivered
 * - `behind`: it is given what is in the window, a batch at a time
 * - `stuck`: its sink is full; costs nothing until that changes
 * - `catchingUp`: a change stream of its own, or a snapshot and then that, brings it to the window, or it waits for one
 * - `ended`: for good
 */
export type SubscriberState = 'starting' | 'live' | 'behind' | 'stuck' | 'catchingUp' | 'ended'

/**
 * What happens to a subscriber.
 *
 * - `enter`: the window has what follows its position
 * - `leave`: the window does not have that, or not any more
 * - `reach`: it has been given everything in the window
 * - `fill`: its sink takes no more
 * - `drain`: its sink takes more again
 * - `end`: it is gone, or must go
 */
export type SubscriberEvent = 'enter' | 'leave' | 'reach' | 'fill' | 'drain' | 'end'

/** Stands for what cannot happen: where it does, the feed itself is wrong. */
const DEFECT = undefined

/**
 * All transitions of a subscriber; the compiler asks for each event in each state. `end` leads from every one to
 * `ended`.
 *
 * ```text
 *               enter              reach
 *   starting ──────────► behind ──────────► live
 *      │                 ▲ │  ▲               │
 *      │ leave     enter │ │  │ drain         │ fill
 *      │                 │ │  │               │
 *      │                 │ │  └─── stuck ◄────┘
 *      │           leave │ │ fill  ▲  ▲
 *      │                 │ ├───────┘  │
 *      │                 │ ▼          │ fill
 *      └─────────────► catchingUp ────┘
 * ```
 */
export const TRANSITIONS = {
  starting: { enter: 'behind', leave: 'catchingUp', reach: DEFECT, fill: DEFECT, drain: DEFECT, end: 'ended' },
  behind: { enter: 'behind', leave: 'catchingUp', reach: 'live', fill: 'stuck', drain: DEFECT, end: 'ended' },
  live: { enter: DEFECT, leave: DEFECT, reach: DEFECT, fill: 'stuck', drain: DEFECT, end: 'ended' },
  stuck: { enter: DEFECT, leave: DEFECT, reach: DEFECT, fill: DEFECT, drain: 'behind', end: 'ended' },
  catchingUp: { enter: 'behind', leave: 'catchingUp', reach: DEFECT, fill: 'stuck', drain: DEFECT, end: 'ended' },
  ended: { enter: DEFECT, leave: DEFECT, reach: DEFECT, fill: DEFECT, drain: DEFECT, end: DEFECT },
} satisfies Record<SubscriberState, Record<SubscriberEvent, SubscriberState | typeof DEFECT>>

// one for all, because an error for each would cost more than what it ends
const LEFT = new Error('The subscriber has gone on')

/** A subscriber: a position in the log and a sink. A few plain fields, because there are many and most of them wait. */
export class Subscriber implements Subscription {
  readonly cohort: Cohort
  readonly sink: Sink
  /** See {@link ChangesRequest.owner}. */
  readonly owner: string
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
  /** The token that it was given last. */
  given: string | undefined = undefined
  #state: SubscriberState = 'starting'
  #stay: AbortController | undefined = undefined
  /** Those that wait for it to have everything in the window; none for most. */
  #waiting: WaitList<undefined> | undefined = undefined
  /** What is to be given back when it is over. */
  #held: readonly (() => void)[] = []

  /** One that is `starting`, among the others of its cohort. */
  constructor(cohort: Cohort, sink: Sink, owner = '') {
    this.cohort = cohort
    this.sink = sink
    this.owner = owner
    cohort.others.add(this)
  }

  get state(): SubscriberState {
    return this.#state
  }

  /**
   * Aborts when it leaves the state that it is in: for what is done on its behalf there. Another stay in the same state
   * has another signal.
   */
  get stay(): AbortSignal {
    if (this.#state === 'ended') return AbortSignal.abort(LEFT)
    return (this.#stay ??= new AbortController()).signal
  }

  /**
   * Goes to the next state, and to where those of that state are kept. Nothing else changes either.
   *
   * @throws Error for what cannot happen in this state
   */
  pass(event: SubscriberEvent): void {
    const last = this.#state
    const next = TRANSITIONS[last][event]
    if (next === DEFECT) throw new Error(`A subscriber that is ${last} got '${event}'`)
    const { live, others, stream } = this.cohort
    this.#state = next
    if (last === next) return
    this.#stay?.abort(LEFT)
    this.#stay = undefined
    if (last === 'behind') stream.behind.delete(this)
    if (last === 'live') live.delete(this)
    if (next === 'live' || next === 'ended') others.delete(this)
    if (next === 'behind') stream.behind.add(this)
    if (next === 'live') live.add(this)
    else if (last === 'live' && next !== 'ended') others.add(this)
    if (next !== 'ended') return
    const held = this.#held
    this.#held = []
    for (const release of held) release()
  }

  /** Settles when it has been given everything in the window, for the next time. */
  reachesEnd(signal: AbortSignal): Promise<void> {
    return (this.#waiting ??= createWaitList()).wait(undefined, signal)
  }

  /** Tells those that wait that it has everything in the window. */
  noteEnd(): void {
    this.#waiting?.release(() => true)
  }

  /** Gives it a batch; see {@link Sink.write}. */
  write(batch: Batch): boolean {
    this.given = batch.tokens.at(-1)
    return this.sink.write(batch)
  }

  position(): string | undefined {
    // what a caller sent is no position before the server has taken it
    const isUnderWay = this.isAnnounced && this.#state !== 'ended'
    const token = isUnderWay ? this.cohort.stream.positionOf(this) : undefined
    return token === undefined ? undefined : this.cohort.sealToken(token)
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

  caughtUp(signal: AbortSignal): Promise<void> {
    return this.cohort.stream.caughtUp(this, signal)
  }

  hold(release: () => void): void {
    if (this.#state === 'ended') release()
    // no larger than it is: an array that something is pushed to, or spread into, has room for sixteen more
    else this.#held = this.#held.concat(release)
  }
}
