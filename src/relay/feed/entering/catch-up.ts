import { setImmediate as nextRound } from 'node:timers/promises'
import { RelayError } from '../../../errors.ts'
import { toSourceError } from '../../changes/change-source.ts'
import { NO_WAY_ON } from '../../changes/position-errors.ts'
import { type Position, positionToken, tokenFor } from '../../changes/position.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { batchOf } from '../cohort.ts'
import type { Entrance } from './entrance.ts'
import type { SharedStream } from '../shared-stream.ts'
import type { Subscriber } from '../subscriber.ts'

/** Events that a catch-up delivers before all others have a turn. */
const EVENTS_PER_TURN = 64

/**
 * How long the server may wait for events while a subscriber catches up, in milliseconds: what matters is what there is
 * already.
 */
const MAX_AWAIT_MS = 20

/**
 * Brings a subscriber from a position outside the window into it, by change streams of its own: one at a time, for a
 * turn each while other owners wait for theirs. Ends as soon as the log has everything that follows. There is neither
 * gap nor duplicate: both are in the server's order.
 *
 * Ends without having got there when the subscriber leaves the state, as when its sink is full. An error of these
 * streams ends this subscriber alone.
 */
export async function catchUp(
  stream: SharedStream,
  subscriber: Subscriber,
  { position, isGiven, onError }: Entrance,
): Promise<void> {
  const { fanOut } = stream
  const { catchUps, atLimit } = stream.resources
  subscriber.pass('leave')
  subscriber.token = positionToken(position) ?? subscriber.token
  const { stay } = subscriber
  fanOut.notices.update(subscriber)
  const leave = catchUps.take(subscriber.owner)
  try {
    if (!leave) throw atLimit(tooManyCatchUps(catchUps.max)).at(subscriber.token)
    let reached = await takeTurn(stream, subscriber, position, isGiven, stay)
    // asked only now, because the window moves on while a stream closes
    while (!stay.aborted && !isInWindow(stream, subscriber, reached)) {
      reached = await takeTurn(stream, subscriber, { after: fromTokenString(reached) }, false, stay)
    }
    leave()
    if (!stay.aborted) fanOut.attach(subscriber, reached, reached)
  } catch (error) {
    if (stay.aborted) return
    const failure = toSourceError(error)
    const shown = NO_WAY_ON.has(failure.code)
      ? failure
      : failure.at(failure.resumeToken ?? subscriber.token ?? tokenFor(position))
    if (onError) onError(shown)
    else stream.end(subscriber, shown)
  } finally {
    leave?.()
  }
}

/**
 * Waits for its turn, and reads from a position on until the window is reached, others need the turn, or the stay is
 * over. Gives the token that it got to, which is the subscriber's.
 */
async function takeTurn(
  stream: SharedStream,
  subscriber: Subscriber,
  start: Position,
  isStartGiven: boolean,
  stay: AbortSignal,
): Promise<string> {
  const { source, limits, catchUpTurns, counters } = stream.resources
  const { startTimeoutMs, outageLimitMs } = limits
  const { cohort, sink, owner } = subscriber
  const { fanOut, scope, showExpandedEvents } = stream
  let reached = tokenFor(start)
  let count = 0

  const turn = await catchUpTurns.acquire(owner, stay)
  try {
    counters.catchUps++
    const patience = { startTimeoutMs, outageLimitMs, maxAwaitTimeMs: MAX_AWAIT_MS }
    for await (const report of source.watch(
      { scope, ...cohort.images, showExpandedEvents, start, isStartGiven, ...patience },
      stay,
    )) {
      if (report.type !== 'batch') continue
      for (const change of report.events) {
        // only now it is certain that the server takes the position
        fanOut.notices.start(subscriber, tokenFor(start))
        if (stay.aborted) return reached
        const payload = cohort.payloadOf(change)
        if (payload instanceof RelayError) {
          stream.end(subscriber, payload.resumeToken === undefined ? payload.at(reached) : payload)
          return reached
        }
        if (payload && !sink.isReady()) {
          // what a sink is given in one turn reaches its socket at the end of that
          await nextRound()
          if (stay.aborted) return reached
          if (!sink.isReady()) {
            fanOut.park(subscriber)
            return reached
          }
        }
        subscriber.token = reached = change.resumeToken
        if (payload) {
          counters.deliveries++
          subscriber.write(batchOf(cohort, payload, reached))
        }
        if (isInWindow(stream, subscriber, reached)) return reached
        if (++count % EVENTS_PER_TURN === 0) await nextRound()
      }
      if (stay.aborted) return reached
      subscriber.token = reached = report.position
      // after what the server sent at once, so that a turn, however short, is worth what opening a stream costs
      if (isInWindow(stream, subscriber, reached) || turn.isOver) return reached
    }
  } finally {
    turn.release()
  }
  return reached
}

/** Whether the window has all that follows, with the images that the subscriber needs. */
function isInWindow({ log }: SharedStream, { cohort }: Subscriber, reached: string): boolean {
  return log.hasAfter(reached) && log.hasImagesAfter(reached, cohort.images)
}

/** What to tell those who have as many catch-ups as one may have. */
export function tooManyCatchUps(max: number): string {
  return `This caller has ${max} subscriptions that catch up already, as \`maxCatchUpsPerPrincipal\` allows`
}
