import { type ErrorCode, RelayError } from '../../errors.ts'
import { backoffDelayMs, type BackoffOptions } from '../../util/backoff.ts'
import type { Change } from '../changes/change.ts'
import type { Deployment } from './deployment.ts'
import { type OpenStream, openStream } from './open-stream.ts'
import { toLastingBytes } from '../changes/unpooled-bytes.ts'
import { type Position, positionToken, shortPosition } from '../changes/position.ts'
import { raceSignal } from '../../util/race-signal.ts'
import { type ServerToken, toTokenString } from '../changes/resume-token.ts'
import type { Scope } from '../changes/scope.ts'
import type { StreamOptions } from '../changes/stream-options.ts'
import { diagnose, type Diagnosis } from './failures/diagnose.ts'
import { isUnknownStage } from './failures/server-codes.ts'
import { sleep } from '../../util/sleep.ts'
import { DEFAULTS, type RelayValues } from '../options/values.ts'
import { toChange } from '../changes/to-change.ts'

/** How {@link watch} rides out failures. All durations in milliseconds. */
export interface OutageOptions extends Partial<Pick<RelayValues, 'startTimeoutMs' | 'outageLimitMs'>> {
  /** How long attempts may fail before the client itself is replaced. Default 5,000. */
  readonly renewClientMs?: number
  readonly backoff?: BackoffOptions | undefined
  /** Called when an outage begins, with its first error. */
  readonly onInterrupted?: (error: RelayError) => void
  /** Called when the stream is open: for the first time, and when it is read again after an outage. */
  readonly onOpen?: () => void
}

/** What {@link watch} watches, and from where. */
export interface WatchOptions extends StreamOptions {
  readonly scope: Scope
  /**
   * Where to start; `'now'` is the deployment's cluster time when {@link watch} is first pulled. What happened at that
   * very time comes first: a server that is quiet tells no later position to any other stream.
   */
  readonly start: Position | 'now'
  readonly outage?: OutageOptions
  /**
   * How long the server waits for an event before it answers that there is none, in milliseconds. Default the
   * deployment's.
   */
  readonly maxAwaitTimeMs?: number
  /** Called once with the position that `'now'` turned out to be. */
  readonly onStart?: (position: Position) => void
  /** Called with a position up to which nothing happened, each time the server tells one. */
  readonly onIdle?: (resumeToken: string) => void
}

/** A token that is lost or refused is no place to continue from. */
const NO_WAY_ON = new Set<ErrorCode>(['RESUME_TOKEN_INVALID', 'HISTORY_LOST'])

/** Thrown when the server ends a stream without an error and without `invalidate`, as when its cursor is killed. */
const ENDED = new RelayError('UPSTREAM_FAILED', 'MongoDB ended the change stream', { cause: undefined })

/** How long a stream must have lasted for the next failure to count as the first one, in milliseconds. */
const STEADY_MS = 2_000

const ENDED_DIAGNOSIS: Diagnosis = { transient: true, unreachable: false, error: ENDED }

/**
 * The change events of a scope from a position on, in change-stream order, each once, across outages of the server.
 *
 * **Lifecycle**: lazy; holds one cursor while it is iterated. `signal` ends it at once, also while it waits, by
 * throwing the signal's reason; then the cursor is closed. An `invalidate` event is delivered, and watching goes on
 * after it.
 * **Order and delivery**: in batches of what the server has sent already, at least one event each. A caller that comes
 * back for the next batch has taken all of this one. From its own last position (the last event, or the last post-batch
 * token while idle) with capped, jittered back-off after transient errors, for at most `outageLimitMs`.
 *
 * @throws RelayError the codes of {@link diagnose}, with the position in `resumeToken`
 */
export async function* watch(
  deployment: Deployment,
  options: WatchOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly Change[], never, void> {
  const {
    scope,
    start,
    onStart,
    onIdle,
    outage = {},
    fullDocument,
    fullDocumentBeforeChange,
    showExpandedEvents,
  } = options
  const { maxAwaitTimeMs = deployment.maxAwaitTimeMs } = options
  const { hasUser } = deployment
  const { startTimeoutMs, outageLimitMs } = { ...DEFAULTS, ...outage }
  const { renewClientMs = 5_000 } = outage
  let position = start === 'now' ? undefined : start
  // what is not after it has been delivered, although a stream that stands for it begins before
  const delivered = shortPosition(position) ?? ''
  let failingSince: number | undefined = performance.now()
  let wasOpen = false
  let attempt = 0
  let openedAt: number | undefined

  const recovered = () => {
    if (failingSince === undefined) return
    failingSince = undefined
    openedAt = performance.now()
    wasOpen = true
    outage.onOpen?.()
  }

  while (true) {
    const client = deployment.streams.current()
    const control = deployment.control.current()
    // as of now, because another stream may find out in the meantime
    const { splitLargeEvents } = deployment
    let stream: OpenStream | undefined
    let idles = 0
    try {
      if (position === undefined) {
        position = await raceSignal(now(deployment), signal)
        if (position) onStart?.(position)
      }
      stream = openStream(client, {
        scope,
        position,
        fullDocument,
        fullDocumentBeforeChange,
        showExpandedEvents,
        maxAwaitTimeMs,
        splitLargeEvents,
        onIdle: (token: ServerToken) => {
          const reached = toTokenString(token)
          if (reached > delivered) position = { after: token }
          onIdle?.(reached > delivered ? reached : delivered)
          // a server that opens streams but fails to read them is not back: the first reply is no proof
          if (++idles > 1 || !wasOpen) recovered()
        },
      })
      let events: readonly Uint8Array[] | undefined
      let invalidated = false
      signal.throwIfAborted()
      while ((events = await raceSignal(stream.next(), signal))) {
        recovered()
        // copies, because the reply that they are part of would stay in memory as a whole
        const changes = toLastingBytes(events).map(toChange)
        const fresh = delivered === '' ? changes : changes.filter(({ resumeToken }) => resumeToken > delivered)
        if (fresh.length > 0) yield fresh
        const last = changes.at(-1)
        if (!last) continue
        // every event has one
        position = { after: last.event.value('_id') as ServerToken }
        // nothing follows it in its stream
        invalidated = last.event.value('operationType') === 'invalidate'
        if (invalidated) break
        signal.throwIfAborted()
      }
      if (invalidated) continue
      throw ENDED
    } catch (cause) {
      if (signal.aborted) throw endedBy(signal, position)
      if (splitLargeEvents && isUnknownStage(cause)) {
        deployment.splitLargeEvents = false
        continue
      }
      const isTokenUntried = position !== undefined && position === start && 'after' in position
      const { transient, unreachable, error } =
        cause === ENDED ? ENDED_DIAGNOSIS : diagnose(cause, { isTokenUntried, wasOpen, hasUser, scope })
      if (!transient) throw NO_WAY_ON.has(error.code) ? error : error.at(positionToken(position))
      if (failingSince === undefined || attempt === 0) outage.onInterrupted?.(error)
      // a server that opens streams and fails each one at once is asked less and less often all the same
      if (openedAt !== undefined && performance.now() - openedAt >= STEADY_MS) attempt = 0
      openedAt = undefined
      failingSince ??= performance.now()
      const failingMs = performance.now() - failingSince
      if (failingMs > (wasOpen ? outageLimitMs : startTimeoutMs)) throw error.at(positionToken(position))
      // only those that reach no server: a stream that fails by itself must not end all others
      if (unreachable && failingMs > renewClientMs) {
        deployment.streams.renew(client, cause)
        deployment.control.renew(control, cause)
      }
    } finally {
      if (stream) deployment.awaitClose(stream.close())
    }
    await sleep(backoffDelayMs(attempt++, outage.backoff), signal)
  }
}

// one that is stopped on purpose says where to continue
function endedBy(signal: AbortSignal, position: Position | undefined): unknown {
  const reason: unknown = signal.reason
  return reason instanceof RelayError ? reason.at(positionToken(position)) : reason
}

async function now(deployment: Deployment): Promise<Position | undefined> {
  const time = await deployment.operationTime()
  return time && { at: time }
}
