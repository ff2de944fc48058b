import { setImmediate as nextRound } from 'node:timers/promises'
import { type Position, positionToken } from '../changes/position.ts'
import { fromTokenString } from '../changes/resume-token.ts'
import { diagnose } from '../mongo/failures/diagnose.ts'
import { positionKey, timeToken } from '../changes/token-order.ts'
import { RelayError } from '../../errors.ts'
import { batchOf } from './cohort.ts'
import type { Turn } from './waiting/fair-semaphore.ts'
import { findForeignUntil, foreignToken } from './foreign-token.ts'
import type { Subscriber } from './subscriber.ts'
import type { SharedStream } from './shared-stream.ts'

/** Events that a catch-up delivers before all others have a turn. */
const EVENTS_PER_TURN = 64

/**
 * How long the server may wait for events while a subscriber catches up, in milliseconds: what matters is what there is
 * already.
 */
const MAX_AWAIT_MS = 20

/** How a turn ended: in the window, after this token; with the turn given up for others; or with the catch-up. */
type TurnEnd = { readonly splicedAt: string } | 'yielded' | 'over'

/**
 * Brings a subscriber from a position outside the window into it, by change streams of its own: one at a time, for a
 * turn each while other owners wait for theirs. Ends as soon as the log has everything that follows. There is neither
 * gap nor duplicate: both are in the server's order.
 *
 * Ends without having got there when the sink is full; the subscriber is then stuck outside the window. An error of
 * these streams ends this subscriber alone, or goes to `onError`.
 */
export async function catchUp(
  stream: SharedStream,
  subscriber: Subscriber,
  from: Position | { readonly afterToken: string },
  onError?: (error: unknown) => void,
): Promise<void> {
  const { catchUps } = stream.resources
  const { owner } = subscriber
  const { fanOut } = stream
  let start: Position = 'afterToken' in from ? { after: fromTokenString(from.afterToken) } : from
  let end: TurnEnd = 'over'
  let leave: (() => void) | undefined
  subscriber.pass('leave')
  subscriber.token = positionToken(start) ?? subscriber.token
  fanOut.sendState(subscriber)
  try {
    leave = catchUps.take(owner)
    if (!leave) throw tooMany(catchUps.max).at(subscriber.token)
    const token = 'afterToken' in from ? undefined : positionToken(from)
    subscriber.waiting = new AbortController()
    const { signal } = subscriber.waiting
    let foreignUntil = token === undefined ? undefined : await findForeignUntil(stream, token, signal)
    if (subscriber.state !== 'catchingUp') return
    const onProven = () => (foreignUntil = undefined)
    do {
      end = await takeTurn(stream, subscriber, start, { foreignUntil, onProven })
      if (end === 'yielded' && subscriber.token !== undefined) start = { after: fromTokenString(subscriber.token) }
    } while (end === 'yielded')
  } catch (error) {
    if (subscriber.state !== 'catchingUp') return
    if (onError) onError(error)
    else stream.end(subscriber, diagnose(error).error)
  } finally {
    leave?.()
    subscriber.waiting = undefined
    if (typeof end !== 'string' && subscriber.state === 'catchingUp')
      fanOut.attach(subscriber, end.splicedAt, end.splicedAt)
  }
}

/** What is doubtful about the position that a caller gave. */
interface Doubt {
  /** See {@link findForeignUntil}. */
  readonly foreignUntil: string | undefined
  /** Called when the server has taken it. */
  readonly onProven: () => void
}

/** Waits for its turn, and reads a stream from a position on; the subscriber's token is then where it got to. */
async function takeTurn(stream: SharedStream, subscriber: Subscriber, start: Position, doubt: Doubt): Promise<TurnEnd> {
  const { source, outage, catchUpTurns, counters } = stream.resources
  const { cohort, sink, owner } = subscriber
  const { fanOut, log } = stream
  const aborter = new AbortController()
  const { signal } = aborter
  subscriber.waiting = aborter
  let end: TurnEnd = 'over'
  let { foreignUntil } = doubt
  let idles = 0
  let count = 0

  const isInWindow = (token: string) => log.origin !== undefined && token >= log.origin
  const onIdle = (token: string) => {
    subscriber.token = token
    // the first reply comes before the server has looked whether there ever was such a token
    if (++idles === 1) return
    if (foreignUntil !== undefined) {
      if (token >= foreignUntil) aborter.abort(foreignToken())
      return
    }
    if (isInWindow(token)) end = { splicedAt: token }
    else if (turn.isOver) end = 'yielded'
    else return
    aborter.abort()
  }

  const turn: Turn = await catchUpTurns.acquire(owner, signal)
  try {
    counters.catchUps++
    const options = { scope: stream.scope, ...stream.chosen, start, outage, onIdle, maxAwaitTimeMs: MAX_AWAIT_MS }
    for await (const changes of source.watch(options, signal)) {
      foreignUntil = undefined
      doubt.onProven()
      for (const change of changes) {
        const token = change.resumeToken
        // only now it is certain that the server takes the position
        fanOut.announce(subscriber, positionToken(start) ?? timeToken(positionKey(start)))
        if (signal.aborted) return end
        const payload = cohort.payloadOf(change)
        if (payload instanceof RelayError) {
          stream.end(subscriber, payload)
          return 'over'
        }
        if (payload && !sink.isReady()) {
          // what a sink is given in one turn reaches its socket at the end of that
          await nextRound()
          if (signal.aborted) return end
          if (!sink.isReady()) {
            fanOut.park(subscriber)
            return 'over'
          }
        }
        subscriber.token = token
        if (payload) {
          counters.deliveries++
          sink.write(batchOf(cohort, payload, token))
        }
        if (isInWindow(token)) return { splicedAt: token }
        if (++count % EVENTS_PER_TURN === 0) await nextRound()
      }
      // after what the server sent at once, so that a turn, however short, is worth what opening a stream costs
      if (turn.isOver) return 'yielded'
    }
  } catch (error) {
    // by the end that is known already
    if (!signal.aborted || signal.reason instanceof RelayError) throw error
  } finally {
    turn.release()
  }
  return end
}

function tooMany(max: number): RelayError {
  const message = `This caller has ${max} subscriptions that catch up already, as \`maxCatchUpsPerPrincipal\` allows`
  return new RelayError('LIMIT_EXCEEDED', message, { cause: undefined })
}
