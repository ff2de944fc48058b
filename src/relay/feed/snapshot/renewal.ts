import { RelayError } from '../../../errors.ts'
import type { CohortSpec } from '../cohort.ts'
import type { ChangesRequest, SnapshotRequest } from '../request.ts'
import type { Sink, Subscription } from '../sink.ts'

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
  const own: Sink = {
    ...(sink.begin ? { begin: (position) => sink.begin?.(position) } : {}),
    isReady: () => sink.isReady(),
    write: (batch) => sink.write(batch),
    bufferedBytes: () => sink.bufferedBytes(),
    end(error) {
      if (isRenewedAfter(error, request.snapshot)) {
        try {
          current = subscribe({ ...request, start: { isAnew: true } }, spec, own)
          return
        } catch (cause) {
          // as when the relay stops, or has no room any more
          finish()
          return sink.end(cause instanceof RelayError ? cause : error)
        }
      }
      finish()
      sink.end(error)
    },
  }
  let current = subscribe(request, spec, own)

  return {
    position: () => current.position(),
    resume: () => current.resume(),
    caughtUp: (signal) => current.caughtUp(signal),
    end: (error) => current.end(error),
    close() {
      current.close()
      finish()
    },
    hold(release) {
      if (isOver) release()
      else held.add(release)
    },
  }

  function finish(): void {
    isOver = true
    for (const release of held) release()
    held.clear()
  }
}
