import { backoffDelayMs } from '../../util/backoff.ts'
import { type Position, positionToken } from '../changes/position.ts'
import { raceSignal } from '../../util/race-signal.ts'
import { diagnose } from '../mongo/failures/diagnose.ts'
import { sleep } from '../../util/sleep.ts'
import { nextTimestamp } from '../changes/timestamp.ts'
import { positionKey, timeKey } from '../changes/token-order.ts'
import { RelayError } from '../../errors.ts'
import { settledWithin } from '../../util/settled-within.ts'
import { catchUp } from './catch-up.ts'
import type { Subscriber } from './subscriber.ts'
import type { ChangesRequest } from './request.ts'
import type { SharedStream } from './shared-stream.ts'
import { traced } from './traced.ts'

/** How long a subscriber waits for the log to have what has happened until now, in milliseconds. */
const LOG_WAIT_MS = 250

/**
 * Finds out where a subscriber starts, and sets it going: from the window where that reaches back, otherwise by
 * catching up. Never rejects: an error ends the subscriber.
 *
 * @param isFirst whether the upstream was opened for this subscriber, so that both start at the same time
 */
export async function startSubscriber(
  stream: SharedStream,
  subscriber: Subscriber,
  start: ChangesRequest['start'],
  isFirst: boolean,
): Promise<void> {
  const aborter = new AbortController()
  const { startTimeoutMs = 10_000 } = stream.resources.outage
  const tooLate = () =>
    aborter.abort(new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached', { cause: undefined }))
  const timer = startTimeoutMs === Infinity ? undefined : setTimeout(tooLate, startTimeoutMs)
  subscriber.waiting = aborter
  if (start !== 'now' && 'after' in start) subscriber.token = positionToken(start)
  try {
    await stream.opened.wait(aborter.signal)
    const from = await toPosition(stream, start, isFirst, aborter.signal)
    clearTimeout(timer)
    if (subscriber.state !== 'starting') return
    if (start !== 'now' && 'last' in start) await beginLast(stream, subscriber, from)
    else await begin(stream, subscriber, from)
  } catch (error) {
    if (subscriber.state === 'starting') stream.end(subscriber, diagnose(error).error.at(subscriber.token))
  } finally {
    clearTimeout(timer)
  }
}

function begin(stream: SharedStream, subscriber: Subscriber, position: Position, onError?: (error: unknown) => void) {
  const { log, fanOut, resources, scope } = stream
  const key = positionKey(position)
  const token = positionToken(position)
  const isCovered = token === undefined ? log.origin !== undefined && key >= log.origin : log.covers(token)
  if (!isCovered) {
    return traced(resources.tracing, 'catch up', scope, subscriber, () =>
      catchUp(stream, subscriber, position, onError),
    )
  }
  subscriber.waiting = undefined
  return fanOut.attach(subscriber, key, token)
}

// a quiet namespace's last events can be older than the oplog, so that there is nothing to start with; but what is lost
// after the first of them is a gap, and must end it
async function beginLast(stream: SharedStream, subscriber: Subscriber, position: Position): Promise<void> {
  const { log, fanOut } = stream
  const token = positionToken(position)
  await begin(stream, subscriber, position, (error) => {
    const { error: diagnosed } = diagnose(error)
    const isOlder = diagnosed.code === 'HISTORY_LOST' && subscriber.token === token
    if (!isOlder || log.origin === undefined) stream.end(subscriber, diagnosed)
    else fanOut.attach(subscriber, log.reached ?? log.origin, undefined)
  })
}

async function toPosition(
  stream: SharedStream,
  start: ChangesRequest['start'],
  isFirst: boolean,
  signal: AbortSignal,
): Promise<Position> {
  if (start !== 'now' && !('last' in start)) return start
  const { startedAt } = stream.log
  // what happened at the very time of the log's beginning had happened already
  if (isFirst && startedAt && 'at' in startedAt) return { at: nextTimestamp(startedAt.at) }
  const time = await clusterTime(stream, signal)
  const count = start === 'now' ? 0 : start.last
  if (count > 0) {
    // what the log does not have yet would be delivered on top of the last ones
    const patience = new AbortController()
    const reached = stream.reaches(timeKey(time), patience.signal)
    await raceSignal(settledWithin(reached, LOG_WAIT_MS), signal).finally(() => patience.abort())
    const position = stream.log.last(count)
    if (position) return position
  }
  return { at: nextTimestamp(time) }
}

async function clusterTime({ resources }: SharedStream, signal: AbortSignal) {
  for (let attempt = 0; ; attempt++) {
    try {
      const time = await resources.clock.now(signal)
      if (time) return time
      throw new RelayError('UPSTREAM_FAILED', 'MongoDB does not tell its cluster time', { cause: undefined })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const { transient, error: diagnosed } = diagnose(error)
      if (!transient) throw diagnosed
      await sleep(backoffDelayMs(attempt, resources.outage.backoff), signal)
    }
  }
}
