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
import type { Member } from './subscriber.ts'
import type { ChangesRequest } from './request.ts'
import type { SharedStream } from './shared-stream.ts'
import { traced } from './stats/traced.ts'

/** How long a subscriber waits for the log to have what has happened until now, in milliseconds. */
const LOG_WAIT_MS = 250

/**
 * Finds out where a subscriber starts, and sets it going: from the window where that reaches back, otherwise by catching
 * up. Never rejects: an error ends the subscriber.
 *
 * @param isFirst whether the upstream was opened for this subscriber, so that both start at the same time
 */
export async function startMember(
  stream: SharedStream,
  member: Member,
  { start }: ChangesRequest,
  isFirst: boolean,
): Promise<void> {
  const aborter = new AbortController()
  const { startTimeoutMs = 10_000 } = stream.resources.outage
  const tooLate = () =>
    aborter.abort(new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached', { cause: undefined }))
  const timer = startTimeoutMs === Infinity ? undefined : setTimeout(tooLate, startTimeoutMs)
  member.waiting = aborter
  if (start !== 'now' && 'after' in start) member.token = positionToken(start)
  try {
    await stream.gate.passed(aborter.signal)
    const from = await toPosition(stream, start, isFirst, aborter.signal)
    clearTimeout(timer)
    if (member.state !== 'starting') return
    if (start !== 'now' && 'last' in start) await beginLast(stream, member, from)
    else await begin(stream, member, from)
  } catch (error) {
    if (member.state === 'starting') stream.end(member, diagnose(error).error.at(member.token))
  } finally {
    clearTimeout(timer)
  }
}

function begin(stream: SharedStream, member: Member, position: Position, onError?: (error: unknown) => void) {
  const { log, fanOut, resources, scope } = stream
  const key = positionKey(position)
  const token = positionToken(position)
  const isCovered = token === undefined ? log.origin !== undefined && key >= log.origin : log.covers(token)
  if (!isCovered) {
    return traced(resources.tracing, 'catch up', scope, member, () => catchUp(stream, member, position, onError))
  }
  member.waiting = undefined
  return fanOut.attach(member, key, token)
}

// a quiet namespace's last events can be older than the oplog, so that there is nothing to start with; but what is lost
// after the first of them is a gap, and must be told
async function beginLast(stream: SharedStream, member: Member, position: Position): Promise<void> {
  const { log, fanOut } = stream
  const token = positionToken(position)
  await begin(stream, member, position, (error) => {
    const { error: told } = diagnose(error)
    if (told.code !== 'HISTORY_LOST' || member.token !== token || log.origin === undefined) stream.end(member, told)
    else fanOut.attach(member, log.reached ?? log.origin, undefined)
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
      const { transient, error: told } = diagnose(error)
      if (!transient) throw told
      await sleep(backoffDelayMs(attempt, resources.outage.backoff), signal)
    }
  }
}
