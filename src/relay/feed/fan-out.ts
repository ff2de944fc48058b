import { Timestamp } from '../../bson/values.ts'
import type { Change } from '../changes/change.ts'
import { timeToken } from '../changes/tokens/token-order.ts'
import { RelayError } from '../../errors.ts'
import { batchOf, type Cohort, collectBatch, type Payload } from './cohort.ts'
import type { FeedCounters } from './stats.ts'
import type { Log } from './log.ts'
import type { Subscriber } from './subscriber.ts'
import { createNotices, type Notices } from './upstreams/notices.ts'
import type { Batch } from './sink.ts'

/** What {@link createFanOut} works with. */
export interface FanOutOptions {
  readonly log: Log
  readonly cohorts: ReadonlyMap<string, Cohort>
  /** Those that are given what is in the window. */
  readonly behind: ReadonlySet<Subscriber>
  readonly counters: FeedCounters
  /** Called when a subscriber's sink is full. */
  readonly onStuck: (subscriber: Subscriber) => void
  /** Called when a subscriber's next event has left the window. */
  readonly onFallenOut: (subscriber: Subscriber) => void
  /** Called when a subscriber's next event must not be sent; it is ended then. */
  readonly onFailed: (subscriber: Subscriber, error: RelayError) => void
  /**
   * Called after events were given to live subscribers, with how long ago the last one was written, in milliseconds.
   */
  readonly onDelivered: ((lagMs: number) => void) | undefined
}

/** Gives the events of a log to the subscribers of its cohorts. */
export interface FanOut {
  readonly notices: Pick<Notices, 'start' | 'update'>
  /** Delivers what was appended since the last time, as far as sinks take it, then trims the log. */
  flush(): void
  /** Has {@link FanOut.flush} called in this turn of the event loop, once for all that is appended until then. */
  schedule(): void
  /**
   * Puts a subscriber into the window, after `key`, and delivers. Everything after the key must be in the log.
   *
   * @param token the position, where there is a token for it
   */
  attach(subscriber: Subscriber, key: string, token: string | undefined): void
  /** Notes that the upstream is interrupted, or not any more, and sends notices to the subscribers that want them. */
  setInterrupted(isInterrupted: boolean): void
  /** Sends those that take it their position, where that has moved on without an event. */
  announcePositions(): void
  /** Notes that the sink of a subscriber outside the window is full. */
  park(subscriber: Subscriber): void
  /** Goes on with a stuck subscriber. */
  resume(subscriber: Subscriber): void
  /** Whether a subscriber has been given everything in the window. */
  isAtEnd(subscriber: Subscriber): boolean
  /** Where a subscriber could continue after what it was given; `undefined` when there is no token for it yet. */
  positionOf(subscriber: Subscriber): string | undefined
  /** Cancels what is scheduled. */
  stop(): void
}

/** Batches that a subscriber behind is given in one turn, so that no other one waits long. */
const BATCHES_PER_TURN = 4

/** Creates the fan-out of one upstream. */
export function createFanOut(options: FanOutOptions): FanOut {
  const { log, cohorts, behind, counters, onStuck, onFallenOut, onFailed, onDelivered } = options
  const { tokenBefore } = log
  // live subscribers have everything before this number
  let flushed = log.end
  let scheduled: NodeJS.Immediate | undefined
  const notices = createNotices({
    cohorts,
    positionOf: (subscriber) => positionOf(subscriber) ?? tokenBefore(subscriber.seq),
    send: sendNotice,
  })

  return {
    notices,
    flush,
    schedule,
    attach,
    setInterrupted,
    announcePositions,
    park: (subscriber) => stick(subscriber, -1),
    resume,
    isAtEnd,
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
    for (const subscriber of behind) pump(subscriber)
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
        for (const subscriber of cohort.live) {
          // others may have filled its socket: it has one budget
          if (!subscriber.sink.isReady()) stick(subscriber, from, tokenBefore(from))
          else if (!deliver(subscriber, batch)) stick(subscriber, next, log.at(next - 1).token)
        }
      }
      if (failure) for (const subscriber of cohort.live) fail(subscriber, failure, next)
    }
  }

  function pump(subscriber: Subscriber): void {
    for (let turn = 0; turn < BATCHES_PER_TURN; turn++) {
      if (subscriber.state !== 'behind' || subscriber.seq > flushed) return
      if (subscriber.seq < log.start) return onFallenOut(subscriber)
      if (subscriber.seq === flushed) return goLive(subscriber)
      if (!subscriber.sink.isReady()) return stick(subscriber, subscriber.seq)
      const { batch, next, failure } = collectBatch(subscriber.cohort, log, subscriber.seq, flushed, subscriber.minKey)
      const token = next > subscriber.seq ? log.at(next - 1).token : ''
      if (token > subscriber.minKey) subscriber.token = token
      subscriber.seq = next
      if (batch.tokens.length > 0 && !deliver(subscriber, batch)) return stick(subscriber, next)
      if (failure) return fail(subscriber, failure, next)
    }
    schedule()
  }

  // one that does not name the event itself ends them before it
  function fail(subscriber: Subscriber, failure: RelayError, seq: number): void {
    const { token = '' } = subscriber
    onFailed(subscriber, failure.resumeToken === undefined ? failure.at(later(tokenBefore(seq), token)) : failure)
  }

  function goLive(subscriber: Subscriber): void {
    subscriber.noteEnd()
    // until then events may come that are before its start: those that have come may wait to be given
    const least = later(subscriber.minKey, log.warmUntil)
    if (least !== '' && tokenBefore(flushed) < least) return
    subscriber.minKey = ''
    subscriber.pass('reach')
  }

  function deliver(subscriber: Subscriber, batch: Batch): boolean {
    counters.deliveries += batch.tokens.length
    return subscriber.write(batch)
  }

  function stick(subscriber: Subscriber, next: number, token = subscriber.token): void {
    // its sink may have ended it
    if (subscriber.state === 'ended') return
    if (subscriber.state === 'live') subscriber.token = token
    subscriber.seq = next
    subscriber.pass('fill')
    onStuck(subscriber)
  }

  function attach(subscriber: Subscriber, key: string, token: string | undefined): void {
    subscriber.pass('enter')
    subscriber.seq = log.after(key)
    subscriber.minKey = (log.reached ?? '') < key ? key : ''
    const begun = token ?? later(tokenBefore(subscriber.seq), timeToken(key))
    subscriber.token = begun
    notices.start(subscriber, begun)
    pump(subscriber)
  }

  function setInterrupted(isInterrupted: boolean): void {
    // what came before is delivered before
    flush()
    notices.setInterrupted(isInterrupted)
  }

  function announcePositions(): void {
    flush()
    notices.announcePositions()
  }

  function sendNotice(subscriber: Subscriber, payload: Payload, token: string): void {
    if (payload instanceof RelayError) return onFailed(subscriber, payload)
    const isTaken = deliver(subscriber, batchOf(subscriber.cohort, payload, token))
    // one that catches up finds out with its next event
    if (!isTaken && subscriber.state !== 'catchingUp')
      stick(subscriber, subscriber.state === 'live' ? flushed : subscriber.seq, token)
  }

  function resume(subscriber: Subscriber): void {
    if (subscriber.state !== 'stuck') return
    subscriber.pass('drain')
    notices.update(subscriber)
    pump(subscriber)
  }

  function isAtEnd({ state, seq }: Subscriber): boolean {
    return state === 'live' || (state === 'behind' && seq === log.end)
  }

  function positionOf(subscriber: Subscriber): string | undefined {
    const { state, token = '' } = subscriber
    if (state === 'live') return tokenBefore(flushed)
    // it may have started after what the window has
    const isMoving = state === 'behind' && subscriber.seq === flushed && tokenBefore(flushed) > token
    return isMoving ? tokenBefore(flushed) : subscriber.token
  }
}

// the log can begin before a subscriber does, and have nothing yet
function later(one: string, other: string): string {
  return one > other ? one : other
}

// servers before 6.0 give the time of a write in whole seconds only
function ageMs({ event }: Change): number {
  const wallTime = event.value('wallTime')
  if (wallTime instanceof Date) return Date.now() - wallTime.getTime()
  const clusterTime = event.value('clusterTime')
  return clusterTime instanceof Timestamp ? Date.now() - clusterTime.t * 1_000 : 0
}
