import { Timestamp } from '../../bson/values.ts'
import type { Change } from '../changes/change.ts'
import { timeToken } from '../changes/token-order.ts'
import { RelayError } from '../../errors.ts'
import { batchOf, type Cohort, collectBatch, type Payload } from './cohort.ts'
import type { FeedCounters } from './stats/counters.ts'
import type { Log } from './log.ts'
import type { Member } from './subscriber.ts'
import { createNotices } from './upstreams/notices.ts'
import type { Batch } from './sink.ts'

/** What {@link createFanOut} works with. */
export interface FanOutOptions {
  readonly log: Log
  readonly cohorts: ReadonlyMap<string, Cohort>
  readonly counters: FeedCounters
  /** Called when a member's sink is full. */
  readonly onStuck: (member: Member) => void
  /** Called when a member's next event has left the window; it is nowhere then. */
  readonly onFallenOut: (member: Member) => void
  /** Called when a member's next event must not be sent; it is ended then. */
  readonly onFailed: (member: Member, error: RelayError) => void
  /** Called after events were given to live members, with how long ago the last one was written, in milliseconds. */
  readonly onDelivered: ((lagMs: number) => void) | undefined
}

/** Gives the events of a log to the members of its cohorts. */
export interface FanOut {
  /** Delivers what was appended since the last time, as far as sinks take it, then trims the log. */
  flush(): void
  /** Has {@link FanOut.flush} called in this turn of the event loop, once for all that is appended until then. */
  schedule(): void
  /**
   * Puts a member into the window, after `key`, and delivers. Everything after the key must be in the log.
   *
   * @param token the position, where there is a token for it
   */
  attach(member: Member, key: string, token: string | undefined): void
  /** Notes that a member has started at a position, and tells it if it wants to know. */
  announce(member: Member, token: string): void
  /** Notes that the upstream is interrupted, or not any more, and tells the members that want to know. */
  setInterrupted(isInterrupted: boolean): void
  /** Tells a member of an interruption that lasts, if it wants to know and has not been told. */
  tellState(member: Member): void
  /** Notes that the sink of a member outside the window is full. */
  park(member: Member): void
  /** Goes on with a stuck member. */
  resume(member: Member): void
  /** Takes a member out of the window. */
  detach(member: Member): void
  /** Where a member could continue elsewhere; `undefined` when there is no token for it yet. */
  positionOf(member: Member): string | undefined
  /** Cancels what is scheduled. */
  stop(): void
}

/** Batches that a member behind is given in one turn, so that nobody else waits long. */
const BATCHES_PER_TURN = 4

/** Creates the fan-out of one upstream. */
export function createFanOut(options: FanOutOptions): FanOut {
  const { log, cohorts, counters, onStuck, onFallenOut, onFailed, onDelivered } = options
  const behind = new Set<Member>()
  // live members have everything before this number
  let flushed = log.end
  let scheduled: NodeJS.Immediate | undefined
  const notices = createNotices({
    cohorts,
    positionOf: (member) => positionOf(member) ?? tokenBefore(member.seq),
    send: sendNotice,
  })

  return {
    flush,
    schedule,
    attach,
    announce: notices.start,
    setInterrupted,
    tellState: notices.update,
    park: (member) => stick(member, -1),
    resume,
    detach,
    positionOf,
    stop,
  }

  function flush(): void {
    stop()
    const from = flushed
    flushed = log.end
    const delivered = counters.deliveries
    for (const cohort of cohorts.values()) deliverLive(cohort, from)
    if (onDelivered && counters.deliveries > delivered) onDelivered(ageMs(log.changeAt(flushed - 1)))
    for (const member of behind) pump(member)
    log.trim()
  }

  function schedule(): void {
    scheduled ??= setImmediate(flush)
  }

  function stop(): void {
    clearImmediate(scheduled)
    scheduled = undefined
  }

  function deliverLive(cohort: Cohort, flushedBefore: number): void {
    for (let next = flushedBefore; next < flushed && cohort.live.size > 0;) {
      const from = next
      const { batch, failure, ...collected } = collectBatch(cohort, log, next, flushed)
      next = collected.next
      if (batch.tokens.length > 0) {
        for (const member of cohort.live) {
          // others may have filled its socket: it has one budget
          if (!member.sink.isReady()) stick(member, from, tokenBefore(from))
          else if (!deliver(member, batch)) stick(member, next, log.at(next - 1).token)
        }
      }
      if (failure) for (const member of cohort.live) onFailed(member, failure)
    }
  }

  function pump(member: Member): void {
    for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
      if (member.state !== 'behind' || member.seq > flushed) return
      if (member.seq < log.start) {
        detach(member)
        return onFallenOut(member)
      }
      if (member.seq === flushed) return goLive(member)
      if (!member.sink.isReady()) return stick(member, member.seq)
      const { batch, next, failure } = collectBatch(member.cohort, log, member.seq, flushed, member.minKey)
      const token = next > member.seq ? log.at(next - 1).token : ''
      if (token > member.minKey) member.token = token
      member.seq = next
      if (batch.tokens.length > 0 && !deliver(member, batch)) return stick(member, next)
      if (failure) return onFailed(member, failure)
    }
    schedule()
  }

  function goLive(member: Member): void {
    // until then events may come that are before its start
    if (member.minKey !== '' && (log.reached ?? '') < member.minKey) return
    member.minKey = ''
    member.state = 'live'
    behind.delete(member)
    member.cohort.others.delete(member)
    member.cohort.live.add(member)
  }

  function deliver(member: Member, batch: Batch): boolean {
    counters.deliveries += batch.tokens.length
    return member.sink.write(batch)
  }

  function stick(member: Member, next: number, token = member.token): void {
    // its sink may have ended it
    if (member.state === 'ended') return
    if (member.state === 'live') {
      member.token = token
      member.cohort.live.delete(member)
      member.cohort.others.add(member)
    }
    behind.delete(member)
    member.seq = next
    member.state = 'stuck'
    onStuck(member)
  }

  function attach(member: Member, key: string, token: string | undefined): void {
    member.state = 'behind'
    member.seq = log.after(key)
    member.minKey = (log.reached ?? '') < key ? key : ''
    member.token = token ?? member.token
    member.cohort.others.add(member)
    behind.add(member)
    notices.start(member, token ?? tokenBefore(member.seq))
    pump(member)
  }

  // there is always one: a log begins with a token, or with a time
  function tokenBefore(seq: number): string {
    return (seq < log.end ? log.at(seq).before : log.reached) ?? timeToken(log.origin ?? '')
  }

  function setInterrupted(isInterrupted: boolean): void {
    // what came before is delivered before
    flush()
    notices.setInterrupted(isInterrupted)
  }

  function sendNotice(member: Member, payload: Payload, token: string): void {
    if (payload instanceof RelayError) return onFailed(member, payload)
    const isTaken = deliver(member, batchOf(member.cohort, payload, token))
    // one that catches up finds out with its next event
    if (!isTaken && member.state !== 'catchingUp') stick(member, member.state === 'live' ? flushed : member.seq, token)
  }

  function resume(member: Member): void {
    if (member.state !== 'stuck') return
    member.state = 'behind'
    behind.add(member)
    notices.update(member)
    pump(member)
  }

  function detach(member: Member): void {
    behind.delete(member)
    member.cohort.live.delete(member)
    member.cohort.others.delete(member)
  }

  function positionOf(member: Member): string | undefined {
    return member.state === 'live' ? (log.reached ?? member.token) : member.token
  }
}

// servers before 6.0 tell the time of a write in whole seconds only
function ageMs({ event }: Change): number {
  const wallTime = event.value('wallTime')
  if (wallTime instanceof Date) return Date.now() - wallTime.getTime()
  const clusterTime = event.value('clusterTime')
  return clusterTime instanceof Timestamp ? Date.now() - clusterTime.t * 1_000 : 0
}
