import type { Change } from '../../changes/change.ts'
import { madeChange } from '../../changes/to-change.ts'
import type { Cohort, Payload } from '../cohort.ts'
import type { Subscriber } from '../subscriber.ts'

/** What {@link createNotices} works with. */
export interface NoticesOptions {
  readonly cohorts: ReadonlyMap<string, Cohort>
  /** The token from which a subscriber that has started could be continued. */
  readonly positionOf: (subscriber: Subscriber) => string
  /** Gives a subscriber a notice. */
  readonly send: (subscriber: Subscriber, payload: Payload, token: string) => void
}

/**
 * Sends subscribers what is no change: that they have started, that MongoDB cannot be reached, that it is watched
 * again, where they are. A notice is an event that holds its position and nothing else, so that it goes through every
 * transport; no filter holds it back, and only subscribers that asked for it get it.
 */
export interface Notices {
  /**
   * Notes that a subscriber has started at a position, and gives it that, as an event or as the mere position, together
   * with an interruption that lasts.
   */
  start(subscriber: Subscriber, token: string): void
  /**
   * Notes that the upstream is interrupted, or not any more, and sends that to all subscribers that have started and
   * take it.
   */
  setInterrupted(isInterrupted: boolean): void
  /** Sends those that take it where they are, unless the last event that they were given said so. */
  announcePositions(): void
  /** Sends a subscriber how the upstream is, unless it knows: for one that took nothing when that changed. */
  update(subscriber: Subscriber): void
}

/**
 * Creates the notices of one upstream. Cost: one encoding for all subscribers of a cohort that are at the same
 * position.
 */
export function createNotices({ cohorts, positionOf, send }: NoticesOptions): Notices {
  let isInterrupted = false

  const update = (
    subscriber: Subscriber,
    encode: (token: string) => Payload = encoder(subscriber.cohort, stateOf(isInterrupted)),
  ) => {
    const { cohort, isAnnounced, state } = subscriber
    if (!cohort.announcesInterruptions || !isAnnounced || subscriber.knowsInterrupted === isInterrupted) return
    // one that is stuck takes nothing now
    if (state === 'stuck' || state === 'ended') return
    subscriber.knowsInterrupted = isInterrupted
    const token = positionOf(subscriber)
    send(subscriber, encode(token), token)
  }

  const announcePosition = (subscriber: Subscriber, encode: (token: string) => Payload) => {
    const { cohort, isAnnounced, state, sink } = subscriber
    if (!isAnnounced || state === 'stuck' || state === 'ended' || !sink.isReady()) return
    const token = positionOf(subscriber)
    if (cohort.sealToken(token) !== subscriber.given) send(subscriber, encode(token), token)
  }

  // those that are live are all at the same position, and come one after another
  const toAll = (cohort: Cohort, type: Notice, give: typeof announcePosition) => {
    const encode = encoder(cohort, type)
    for (const subscriber of cohort.live) give(subscriber, encode)
    for (const subscriber of cohort.others) give(subscriber, encode)
  }

  return {
    start(subscriber, token) {
      if (subscriber.isAnnounced) return
      subscriber.isAnnounced = true
      const { cohort, sink } = subscriber
      subscriber.token ??= token
      if (cohort.announcesStart) send(subscriber, cohort.encode(toNotice('started', token)), token)
      else sink.begin?.(cohort.sealToken(token))
      update(subscriber)
    },
    setInterrupted(value) {
      if (value === isInterrupted) return
      isInterrupted = value
      for (const cohort of cohorts.values()) {
        if (cohort.announcesInterruptions) toAll(cohort, stateOf(isInterrupted), update)
      }
    },
    announcePositions() {
      for (const cohort of cohorts.values()) {
        if (cohort.announcesPositions) toAll(cohort, 'position', announcePosition)
      }
    },
    update: (subscriber) => update(subscriber),
  }
}

type Notice = 'started' | 'interrupted' | 'resumed' | 'position'

function stateOf(isInterrupted: boolean): Notice {
  return isInterrupted ? 'interrupted' : 'resumed'
}

// encodes once what is asked for repeatedly
function encoder(cohort: Cohort, type: Notice): (token: string) => Payload {
  let known: { readonly token: string; readonly payload: Payload } | undefined
  return (token) => {
    if (known?.token !== token) known = { token, payload: cohort.encode(toNotice(type, token)) }
    return known.payload
  }
}

function toNotice(operationType: Notice, token: string): Change {
  return madeChange(token, new Map([['operationType', operationType]]))
}
