import { setImmediate as turn } from 'node:timers/promises'
import type { Position } from '../changes/position.ts'
import { positionToken } from '../changes/position.ts'
import { fromTokenString } from '../changes/resume-token.ts'
import { diagnose } from '../changes/failures/diagnose.ts'
import { positionKey, timeToken } from '../changes/token-order.ts'
import { watch } from '../changes/watch.ts'
import { RelayError } from '../errors.ts'
import { batchOf } from './cohort.ts'
import type { Member } from './member.ts'
import type { SharedStream } from './shared-stream.ts'

/** Events that a catch-up delivers before everybody else has a turn. */
const EVENTS_PER_TURN = 64

/** How long the server may wait for events while somebody catches up, in milliseconds: what matters is what there is already. */
const MAX_AWAIT_MS = 20

/**
 * Brings a subscriber from a position outside the window into it, by a change stream of its own that ends as soon as the
 * log has everything that follows. There is neither gap nor duplicate: both are in the server's order.
 *
 * Ends without having got there when the sink is full; the subscriber is then stuck outside the window. An error of this
 * stream ends this subscriber alone, or goes to `onError`.
 */
export async function catchUp(
  stream: SharedStream,
  member: Member,
  from: Position | { readonly afterToken: string },
  onError?: (error: unknown) => void,
): Promise<void> {
  const { deployment, outage, slots, catchUps, counters } = stream.resources
  const { cohort, sink, owner } = member
  const { fanOut, log } = stream
  const start: Position = 'afterToken' in from ? { after: fromTokenString(from.afterToken) } : from
  const aborter = new AbortController()
  const { signal } = aborter
  member.state = 'catchingUp'
  member.waiting = aborter
  member.token = positionToken(start) ?? member.token
  cohort.others.add(member)
  fanOut.tellState(member)
  let splicedAt: string | undefined
  let idles = 0
  let count = 0
  let release = () => {}
  let leave: (() => void) | undefined = () => {}

  const isInWindow = (token: string) => log.origin !== undefined && token >= log.origin
  const onIdle = (token: string) => {
    member.token = token
    // the first reply comes before the server has looked whether there ever was such a token
    if (++idles === 1 || !isInWindow(token)) return
    splicedAt = token
    aborter.abort()
  }

  try {
    if (owner !== undefined) leave = catchUps.take(owner)
    if (!leave) throw tooMany(catchUps.max).at(member.token)
    release = await slots.acquire(signal)
    counters.catchUps++
    const options = { scope: stream.scope, ...stream.images, start, outage, onIdle, maxAwaitTimeMs: MAX_AWAIT_MS }
    for await (const changes of watch(deployment, options, signal)) {
      for (const change of changes) {
        const token = change.resumeToken
        // only now it is certain that the server takes the position
        fanOut.announce(member, positionToken(start) ?? timeToken(positionKey(start)))
        if (signal.aborted) return
        const payload = cohort.payloadOf(change)
        if (payload instanceof RelayError) return stream.end(member, payload)
        if (payload && !sink.isReady()) {
          // what a sink is given in one turn reaches its socket at the end of that
          await turn()
          if (signal.aborted) return
          if (!sink.isReady()) return fanOut.park(member)
        }
        member.token = token
        if (payload) {
          counters.deliveries++
          sink.write(batchOf(cohort, payload, token))
        }
        if (isInWindow(token)) {
          splicedAt = token
          return
        }
        if (++count % EVENTS_PER_TURN === 0) await turn()
      }
    }
  } catch (error) {
    if (splicedAt !== undefined || signal.aborted) return
    if (onError) onError(error)
    else stream.end(member, diagnose(error).error)
  } finally {
    release()
    leave?.()
    member.waiting = undefined
    if (splicedAt !== undefined && member.state === 'catchingUp') fanOut.attach(member, splicedAt, splicedAt)
  }
}

function tooMany(max: number): RelayError {
  const message = `This caller has ${max} subscriptions that catch up already`
  return new RelayError('LIMIT_EXCEEDED', message, { cause: undefined })
}
