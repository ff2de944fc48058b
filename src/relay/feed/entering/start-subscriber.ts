import { RelayError } from '../../../errors.ts'
import { raceSignal } from '../../../util/waiting/race-signal.ts'
import { settledWithin } from '../../../util/waiting/settled-within.ts'
import { toSourceError } from '../../changes/change-source.ts'
import { type Position, positionToken } from '../../changes/position.ts'
import { nextTimestamp } from '../../changes/timestamp.ts'
import { isSnapshotToken } from '../../changes/tokens/snapshot-token.ts'
import { isHighWaterMark, positionKey, timeKey } from '../../changes/tokens/token-order.ts'
import { fromTokenString } from '../../changes/tokens/resume-token.ts'
import { enter } from './enter.ts'
import type { Log } from '../log.ts'
import type { ChangesRequest } from '../request.ts'
import { beginSnapshot } from '../snapshot/read-snapshot.ts'
import type { SharedStream } from '../shared-stream.ts'
import type { Subscriber } from '../subscriber.ts'

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
  const { startTimeoutMs } = stream.resources.limits
  const { stay } = subscriber
  const fail = (error: RelayError) => stream.end(subscriber, error.at(subscriber.token))
  const tooLate = () => fail(new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached'))
  const timer = startTimeoutMs === Infinity ? undefined : setTimeout(tooLate, startTimeoutMs)
  if (start !== 'now' && 'after' in start) subscriber.token = positionToken(start)
  try {
    await stream.waiters.begins(stay)
    const from = await toPosition(stream, start, isFirst, stay)
    const isUntried = isPosition(start) && (await isUntriedBy(stream, start, stay))
    clearTimeout(timer)
    if (stay.aborted) return
    if (start !== 'now' && 'last' in start) await enterLast(stream, subscriber, from)
    else await enter(stream, subscriber, { position: from, isGiven: isUntried })
  } catch (error) {
    if (!stay.aborted) fail(toSourceError(error))
  } finally {
    clearTimeout(timer)
  }
}

// a quiet namespace's last events can be older than the oplog, so that there is nothing to start with; but what is lost
// after the first of them is a gap, and must end it
async function enterLast(stream: SharedStream, subscriber: Subscriber, position: Position): Promise<void> {
  const { log, fanOut } = stream
  const token = positionToken(position)
  const onError = (error: RelayError) => {
    const isOlder = error.code === 'HISTORY_LOST' && subscriber.token === token
    if (!isOlder || log.origin === undefined) return stream.end(subscriber, error)
    const here = log.tokenBefore(log.end)
    fanOut.attach(subscriber, here, here)
  }
  await enter(stream, subscriber, { position, isGiven: false, onError })
}

async function toPosition(
  stream: SharedStream,
  start: ChangesRequest['start'],
  isFirst: boolean,
  signal: AbortSignal,
): Promise<Position> {
  if (isPosition(start)) return start
  if (start !== 'now' && 'isAnew' in start) {
    return { after: fromTokenString(await beginSnapshot(stream, start.isAnew, signal)) }
  }
  const count = start === 'now' ? 0 : start.last
  const { log, waiters } = count > 0 ? stream.eldest() : stream
  const { present } = log
  const remembersNothing = isFirst && log === stream.log && log.warmUntil === ''
  // what happened at the very time of the log's beginning had happened already
  if ((remembersNothing || (isFirst && count === 0)) && present && 'at' in present)
    return { at: nextTimestamp(present.at) }
  const time = await stream.resources.source.operationTime(signal)
  if (count > 0) {
    // what the log does not have yet would be delivered on top of the last ones
    const patience = new AbortController()
    const reached = waiters.reaches(timeKey(time), patience.signal)
    const wait = () => raceSignal(settledWithin(reached, LOG_WAIT_MS), signal)
    await waitWhileWarming(log, wait).finally(() => patience.abort())
    const position = log.last(count)
    if (position) return position
  }
  return { at: nextTimestamp(time) }
}

// one that reads what was before has more of it as long as more comes
async function waitWhileWarming(log: Log, wait: () => Promise<void>): Promise<void> {
  let seen: number
  do {
    seen = log.end
    await wait()
  } while (log.end !== seen && (log.reached ?? '') < log.warmUntil)
}

/**
 * Whether it is for the server to say if a position is one. Waits until the log has got to a token that it may have an
 * event of: one that begins before its present reads what those who come back have not had yet.
 */
async function isUntriedBy(
  { log, waiters, resources }: SharedStream,
  start: Position,
  signal: AbortSignal,
): Promise<boolean> {
  const token = positionToken(start)
  if (token === undefined || isSnapshotToken(token)) return true
  const key = positionKey(start)
  if (!log.hasAfter(key) || key <= (log.reached ?? '')) return true
  const time = await resources.source.operationTime(signal)
  // one that names a time alone, which has been, is taken by every stream
  if (isHighWaterMark(token) && key < timeKey(nextTimestamp(nextTimestamp(time)))) return false
  // no token is later than the clock, whatever a caller sends
  const now = timeKey(time)
  await waiters.reaches(key < now ? key : now, signal)
  return true
}

function isPosition(start: ChangesRequest['start']): start is Position {
  return start !== 'now' && ('after' in start || 'at' in start)
}
