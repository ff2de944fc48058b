import type { Change } from '../../changes/change.ts'
import { madeChange } from '../../changes/to-change.ts'
import type { Cohort, Payload } from '../cohort.ts'
import type { Member } from '../subscriber.ts'

/** What {@link createNotices} works with. */
export interface NoticesOptions {
  readonly cohorts: ReadonlyMap<string, Cohort>
  /** The token from which a member that has started could be continued. */
  readonly positionOf: (member: Member) => string
  /** Gives a member a notice. */
  readonly send: (member: Member, payload: Payload, token: string) => void
}

/**
 * Tells members what is no change: that they have started, that MongoDB cannot be reached, that it is watched again. A
 * notice is an event that holds its position and nothing else, so that it goes through every transport; no filter holds it
 * back, and only members that asked for it get it.
 */
export interface Notices {
  /** Notes that a member has started at a position, and tells it, together with an interruption that lasts. */
  start(member: Member, token: string): void
  /** Notes that the upstream is interrupted, or not any more, and tells all members that have started and take it. */
  setInterrupted(isInterrupted: boolean): void
  /** Tells a member how the upstream is, unless it knows: for one that took nothing when that changed. */
  update(member: Member): void
}

/** Creates the notices of one upstream. Cost: one encoding for all members of a cohort that are at the same position. */
export function createNotices({ cohorts, positionOf, send }: NoticesOptions): Notices {
  let isInterrupted = false

  const update = (member: Member, encode: (token: string) => Payload = encoder(member.cohort, isInterrupted)) => {
    const { cohort, isAnnounced, state } = member
    if (!cohort.announcesInterruptions || !isAnnounced || member.knowsInterrupted === isInterrupted) return
    // one that is stuck takes nothing now
    if (state === 'stuck' || state === 'ended') return
    member.knowsInterrupted = isInterrupted
    const token = positionOf(member)
    send(member, encode(token), token)
  }

  return {
    start(member, token) {
      if (member.isAnnounced) return
      member.isAnnounced = true
      const { cohort } = member
      if (cohort.announcesStart || cohort.announcesInterruptions) member.token ??= token
      if (cohort.announcesStart) send(member, cohort.encode(toNotice('started', token)), token)
      update(member)
    },
    setInterrupted(value) {
      if (value === isInterrupted) return
      isInterrupted = value
      for (const cohort of cohorts.values()) {
        if (!cohort.announcesInterruptions) continue
        const encode = encoder(cohort, isInterrupted)
        for (const member of cohort.live) update(member, encode)
        for (const member of cohort.others) update(member, encode)
      }
    },
    update: (member) => update(member),
  }
}

// those that are live are all at the same position, and come one after another
function encoder(cohort: Cohort, isInterrupted: boolean): (token: string) => Payload {
  let known: { readonly token: string; readonly payload: Payload } | undefined
  return (token) => {
    if (known?.token !== token) {
      known = { token, payload: cohort.encode(toNotice(isInterrupted ? 'interrupted' : 'resumed', token)) }
    }
    return known.payload
  }
}

function toNotice(operationType: 'started' | 'interrupted' | 'resumed', token: string): Change {
  return madeChange(token, new Map([['operationType', operationType]]))
}
