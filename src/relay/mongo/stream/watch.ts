import { RelayError } from '../../../errors.ts'
import { raceSignal } from '../../../util/waiting/race-signal.ts'
import { sleep } from '../../../util/waiting/sleep.ts'
import type { SourceEvent, WatchOptions } from '../../changes/change-source.ts'
import { foreignToken, NO_WAY_ON } from '../../changes/position-errors.ts'
import { type Position, positionToken, shortPosition } from '../../changes/position.ts'
import { type ServerToken, toTokenString } from '../../changes/tokens/resume-token.ts'
import { toChange } from '../../changes/to-change.ts'
import { toLastingBytes } from '../../changes/unpooled-bytes.ts'
import { earlier } from '../../changes/timestamp.ts'
import type { Deployment } from '../deployment.ts'
import type { Intake } from './event-batches.ts'
import { diagnose, type Diagnosis } from '../failures/diagnose.ts'
import { isUnknownStage } from '../failures/server-codes.ts'
import { findForeignUntil } from './foreign-token.ts'
import { type OpenStream, openStream } from './open-stream.ts'
import { createOutage, type Failure, type RetryOptions } from '../../changes/outage.ts'

/** Thrown when the server ends a stream without an error and without `invalidate`, as when its cursor is killed. */
const ENDED = new RelayError('UPSTREAM_FAILED', 'MongoDB ended the change stream')

const ENDED_DIAGNOSIS: Diagnosis = { transient: true, unreachable: false, error: ENDED }

/**
 * What a deployment has to report of a scope: see `ChangeSource.watch`.
 *
 * Holds one cursor while it is iterated. An `invalidate` event is delivered, and watching goes on after it. After
 * transient errors it goes on from its own last position (the last event, or the last post-batch token while idle),
 * with capped, jittered back-off.
 *
 * @throws RelayError the codes of {@link diagnose}, with the position in `resumeToken`
 */
export async function* watch(
  deployment: Deployment,
  options: WatchOptions,
  retry: RetryOptions,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent, never, void> {
  const { scope, start, fullDocument, fullDocumentBeforeChange, showExpandedEvents } = options
  const { maxAwaitTimeMs = deployment.maxAwaitTimeMs, earlierMs = 0 } = options
  const { hasUser } = deployment
  const outage = createOutage(options, retry)
  let position = start === 'now' ? undefined : start
  let present: Position | undefined
  // what is not after it has been delivered, although a stream that stands for it begins before
  const delivered = shortPosition(position) ?? ''
  let givenToken = options.isStartGiven ? positionToken(position) : undefined
  let foreignUntil: string | undefined

  while (true) {
    const client = deployment.streams.current()
    const control = deployment.control.current()
    // as of now, because another stream may find out in the meantime
    const { splitLargeEvents } = deployment
    let stream: OpenStream | undefined
    let failure: Failure
    let interruption: RelayError
    try {
      if (position === undefined) {
        const time = await raceSignal(deployment.operationTime(), signal)
        position = time && { at: earlier(time, earlierMs) }
        if (time && earlierMs > 0) present = { at: time }
      }
      if (givenToken !== undefined) {
        foreignUntil = await raceSignal(findForeignUntil(deployment, scope, givenToken), signal)
        givenToken = undefined
      }
      signal.throwIfAborted()
      stream = openStream(client, {
        scope,
        position,
        fullDocument,
        fullDocumentBeforeChange,
        showExpandedEvents,
        maxAwaitTimeMs,
        splitLargeEvents,
      })
      let replies = 0
      let intake: Intake | undefined
      let isInvalidated = false
      while (!isInvalidated && (intake = await raceSignal(stream.next(), signal))) {
        // copies, because the reply that they are part of would stay in memory as a whole
        const changes = 'events' in intake ? toLastingBytes(intake.events).map(toChange) : []
        const last = changes.at(-1)
        const after = 'idleAt' in intake ? intake.idleAt : (last?.event.value('_id') as ServerToken)
        const token = last?.resumeToken ?? toTokenString(after)
        // the first reply says nothing: the server has not looked yet whether there ever was such a token, and one that
        // opens streams but fails to read them is not back
        const isProof = last !== undefined || ++replies > 1
        if ((isProof || !outage.wasOpen) && outage.recover()) {
          yield { type: 'open', position: position ?? { after }, ...(present ? { present } : {}) }
        }
        signal.throwIfAborted()
        if (last) foreignUntil = undefined
        if (isProof && foreignUntil !== undefined && token >= foreignUntil) throw foreignToken()
        if ((isProof || start === 'now') && foreignUntil === undefined) {
          const events = delivered === '' ? changes : changes.filter(({ resumeToken }) => resumeToken > delivered)
          yield { type: 'batch', events, position: token > delivered ? token : delivered }
        }
        if (last || token > delivered) position = { after }
        // nothing follows it in its stream
        isInvalidated = last?.event.value('operationType') === 'invalidate'
        signal.throwIfAborted()
      }
      if (isInvalidated) continue
      throw ENDED
    } catch (cause) {
      if (signal.aborted) throw signal.reason
      if (splitLargeEvents && isUnknownStage(cause)) {
        deployment.splitLargeEvents = false
        continue
      }
      const isTokenUntried = options.isStartGiven === true && position === start && 'after' in position
      const { transient, unreachable, error } =
        cause === ENDED ? ENDED_DIAGNOSIS : diagnose(cause, { isTokenUntried, wasOpen: outage.wasOpen, hasUser, scope })
      if (!transient) throw NO_WAY_ON.has(error.code) ? error : error.at(positionToken(position))
      failure = outage.fail()
      if (failure.isOver) throw error.at(positionToken(position))
      // only those that reach no server: a stream that fails by itself must not end all others
      if (unreachable && failure.isOfClient) {
        deployment.streams.renew(client, cause)
        deployment.control.renew(control, cause)
      }
      interruption = error
    } finally {
      if (stream) deployment.awaitClose(stream.close())
    }
    if (failure.isFirst) yield { type: 'interrupted', error: interruption }
    await sleep(failure.delayMs, signal)
  }
}
