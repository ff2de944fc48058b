import { setImmediate as nextRound } from 'node:timers/promises'
import type { BsonValue } from '../../../bson/values.ts'
import { RelayError } from '../../../errors.ts'
import { toSourceError } from '../../changes/change-source.ts'
import type { Change } from '../../changes/change.ts'
import { type Position, tokenFor } from '../../changes/position.ts'
import { scopeKey } from '../../changes/scope.ts'
import { nextTimestamp } from '../../changes/timestamp.ts'
import { readSnapshotToken, type SnapshotPosition, toSnapshotToken } from '../../changes/tokens/snapshot-token.ts'
import { tooManyCatchUps } from '../entering/catch-up.ts'
import { batchOf } from '../cohort.ts'
import type { SharedStream } from '../shared-stream.ts'
import type { Subscriber } from '../subscriber.ts'
import { toSnapshotEvent, toSnapshotNotice } from './snapshot-events.ts'

/** Documents that are delivered before all others have a turn. */
const DOCUMENTS_PER_ROUND = 64

/** What came of giving something to a subscriber. */
type Given = 'taken' | 'over'

/**
 * Gives a subscriber the documents of its collection from a place in a snapshot on, in turns as catch-ups have them.
 * Never rejects: an error ends the subscriber.
 *
 * A document is as of the snapshot's beginning or later, and every change since then is to follow: so a reader who
 * applies all of them ends with what is there.
 *
 * @returns the position that the changes begin at; `undefined` when the subscriber has left the state before, as when
 *   its sink is full: that goes on from the subscriber's token
 *
 * @param isGiven whether a caller sent the token
 */
export async function readSnapshot(
  stream: SharedStream,
  subscriber: Subscriber,
  token: string,
  isGiven: boolean,
): Promise<Position | undefined> {
  const { fanOut, resources, scope } = stream
  const { catchUps, atLimit, catchUpTurns, source, counters } = resources
  const { cohort, sink, owner } = subscriber
  subscriber.pass('leave')
  subscriber.token = token
  const { stay } = subscriber
  fanOut.notices.update(subscriber)
  const leave = catchUps.take(owner)
  try {
    if (!leave) throw atLimit(tooManyCatchUps(catchUps.max)).at(token)
    const place = await openPlace(stream, token, isGiven, stay)
    fanOut.notices.start(subscriber, token)
    const begun = toSnapshotToken({ ...place, isAnew: false })
    if (place.isAnew && (await say('snapshotStart', begun)) === 'over') return undefined
    let rest: SnapshotPosition | undefined = place
    while (rest && !stay.aborted) rest = await takeTurn(rest)
    if (stay.aborted) return undefined
    const position = { at: nextTimestamp(place.from) }
    return (await say('snapshotEnd', tokenFor(position))) === 'over' ? undefined : position
  } catch (error) {
    if (!stay.aborted) stream.end(subscriber, toSourceError(error))
    return undefined
  } finally {
    leave?.()
  }

  /** Reads on from a place until others need the turn; gives the place that it got to, or nothing at the end. */
  async function takeTurn(start: SnapshotPosition): Promise<SnapshotPosition | undefined> {
    const { db = '', coll = '' } = scope
    const turn = await catchUpTurns.acquire(owner, stay)
    let place = start
    try {
      for await (const documents of source.documents({ db, coll, after: place.after, asOf: place.from }, stay)) {
        for (const found of documents) {
          place = nextPlace(place, found.key.get('_id'))
          const event = toSnapshotEvent({ db, coll }, found, toSnapshotToken(place))
          if ((await give(event)) === 'over') return place
          if (place.count % DOCUMENTS_PER_ROUND === 0) await nextRound()
          if (stay.aborted) return place
        }
        // after what the server sent at once, so that a turn is worth what it costs
        if (turn.isOver) return place
      }
      return undefined
    } finally {
      turn.release()
    }
  }

  async function give(event: Change): Promise<Given> {
    const payload = cohort.payloadOf(event)
    if (payload instanceof RelayError) {
      stream.end(subscriber, payload)
      return 'over'
    }
    if (payload && !(await isReady())) return 'over'
    subscriber.token = event.resumeToken
    if (!payload) return 'taken'
    counters.snapshotDocuments++
    counters.deliveries++
    subscriber.write(batchOf(cohort, payload, event.resumeToken))
    return 'taken'
  }

  async function say(operationType: 'snapshotStart' | 'snapshotEnd', position: string): Promise<Given> {
    if (!(await isReady())) return 'over'
    const payload = cohort.encode(toSnapshotNotice(operationType, position))
    if (payload instanceof RelayError) {
      stream.end(subscriber, payload)
      return 'over'
    }
    subscriber.token = position
    counters.deliveries++
    subscriber.write(batchOf(cohort, payload, position))
    return 'taken'
  }

  async function isReady(): Promise<boolean> {
    if (sink.isReady()) return true
    // what a sink is given in one turn reaches its socket at the end of that
    await nextRound()
    if (stay.aborted) return false
    if (sink.isReady()) return true
    fanOut.park(subscriber)
    return false
  }
}

/** The token of a snapshot that begins now. */
export async function beginSnapshot(stream: SharedStream, isAnew: boolean, signal: AbortSignal): Promise<string> {
  const from = await stream.resources.source.operationTime(signal)
  return toSnapshotToken({ ns: scopeKey(stream.scope), from, count: 0, isAnew })
}

async function openPlace(
  { scope, resources }: SharedStream,
  token: string,
  isGiven: boolean,
  signal: AbortSignal,
): Promise<SnapshotPosition> {
  const place = readSnapshotToken(token)
  if (place.ns !== scopeKey(scope)) {
    const message = 'The resume token is a place in a snapshot of another collection'
    throw new RelayError('RESUME_TOKEN_INVALID', message)
  }
  if (isGiven && place.from.greaterThan(await resources.source.operationTime(signal))) {
    throw new RelayError('RESUME_TOKEN_INVALID', 'The resume token is of a snapshot that begins in the future')
  }
  return place
}

function nextPlace({ ns, from, count }: SnapshotPosition, after: BsonValue | undefined): SnapshotPosition {
  return { ns, from, count: count + 1, after }
}
