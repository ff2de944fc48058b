import { RelayError } from '../../../errors.ts'
import { backoffDelayMs } from '../../../util/waiting/backoff.ts'
import type { CohortSpec } from '../cohort.ts'
import type { ChangesRequest, SnapshotRequest } from '../request.ts'
import type { Sink, Subscription } from '../sink.ts'

/** Delays before beginning again soon after having done so, which double from the first on. */
const BACKOFF = { initialMs: 500, maxMs: 15_000 }

/** A subscription that lasted for so long, in milliseconds, begins again at once. */
const STABLE_MS = 30_000

/** What {@link replaced} errors are told by. */
const REPLACED = new Error('The collection was dropped, renamed, or replaced by another one')

/** What a subscriber to a snapshot gets in the place of an `invalidate`: it is never sent. */
export function replaced(resumeToken: string): RelayError {
  return new RelayError('HISTORY_LOST', REPLACED.message, { cause: REPLACED, resumeToken })
}

/**
 * Whether a subscription begins again with a snapshot where an error would end it: what another collection that was
 * renamed has brought is in no event, and what the oplog does not have any more is in none, either.
 */
export function isRenewedAfter({ code, cause }: RelayError, snapshot: SnapshotRequest | undefined): boolean {
  return snapshot !== undefined && code === 'HISTORY_LOST' && (snapshot.isRenewed || cause === REPLACED)
}

/**
 * Subscribes, and does so again after each error that {@link isRenewedAfter} tells, with the documents that there are
 * then. To the sink and to its owner it is one subscription.
 *
 * @throws RelayError as `subscribe`, the first time; later the sink is ended with that
 */
export function subscribeRenewed(
  subscribe: (request: ChangesRequest, spec: CohortSpec, sink: Sink) => Subscription,
  request: ChangesRequest,
  spec: CohortSpec,
  sink: Sink,
): Subscription {
  const held = new Set<() => void>()
  let isOver = false
  let renewals = 0
  let begunAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  // aborts when another subscription has taken the place of the current one
  let turn = new AbortController()
  const own: Sink = {
    ...(sink.begin ? { begin: (position) => sink.begin?.(position) } : {}),
    isReady: () => sink.isReady(),
    write: (batch) => sink.write(batch),
    bufferedBytes: () => sink.bufferedBytes(),
    end(error) {
      if (!isRenewedAfter(error, request.snapshot)) return end(error)
      if (performance.now() - begunAt >= STABLE_MS) renewals = 0
      // the first time at once; a deployment that loses what it has just had is not asked without end
      timer = setTimeout(renew, renewals === 0 ? 0 : backoffDelayMs(renewals - 1, BACKOFF, 2))
      renewals++
    },
  }
  let current = subscribe(request, spec, own)

  return {
    position: () => current.position(),
    resume: () => current.resume(),
    caughtUp,
    end: (error) => (timer === undefined ? current.end(error) : end(error)),
    close() {
      current.close()
      finish()
    },
    hold(release) {
      if (isOver) release()
      else held.add(release)
    },
  }

  async function caughtUp(signal: AbortSignal): Promise<void> {
    for (;;) {
      const { signal: over } = turn
      try {
        return await current.caughtUp(AbortSignal.any([signal, over]))
      } catch (error) {
        if (signal.aborted || !over.aborted) throw error
      }
    }
  }

  function renew(): void {
    timer = undefined
    begunAt = performance.now()
    try {
      current = subscribe({ ...request, start: { isAnew: true } }, spec, own)
      turn.abort()
      turn = new AbortController()
    } catch (error) {
      // as when the relay stops, or has no room any more
      end(
        error instanceof RelayError
          ? error
          : new RelayError('UPSTREAM_FAILED', 'It cannot begin again', { cause: error }),
      )
    }
  }

  function end(error: RelayError): void {
    finish()
    sink.end(error)
  }

  function finish(): void {
    isOver = true
    clearTimeout(timer)
    timer = undefined
    for (const release of held) release()
    held.clear()
  }
}
