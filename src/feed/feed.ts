import type { Change } from '../changes/change.ts'
import type { Deployment } from '../changes/deployment.ts'
import type { Scope } from '../changes/scope.ts'
import { scopeKey } from '../changes/scope.ts'
import type { OutageOptions } from '../changes/watch.ts'
import { RelayError } from '../errors.ts'
import { cancellable } from './cancellable.ts'
import type { ChangesSource } from './changes.ts'
import { changes } from './changes.ts'
import { createPositionRing } from './position-ring.ts'
import type { RecentScope, RecentScopesLimits } from './recent-scopes.ts'
import { createRecentScopes, MAX_LAST } from './recent-scopes.ts'
import { startRecorder } from './recorder.ts'
import type { ChangesRequest } from './request.ts'

/** Options of {@link createFeed}. */
export interface FeedOptions {
  readonly deployment: Deployment
  /** The scope whose last events are remembered from the start on. */
  readonly defaultScope: Scope
  readonly outage?: OutageOptions
  readonly recent?: RecentScopesLimits
  /** How many subscriptions there may be at a time; each holds one cursor. Default 1,000. */
  readonly maxSubscriptions?: number
  /** Receives lines about the state of MongoDB. Default: none. */
  readonly log?: (line: string) => void
}

/** Where subscribers get their changes from. The seam behind which change streams are shared. */
export interface Feed {
  /** Settles when the default scope's events are being remembered, or when that failed at first. Never rejects. */
  readonly ready: Promise<void>
  /**
   * The changes that a subscriber asked for, in change-stream order, each once.
   *
   * **Lifecycle**: lazy; starts with the first `next()`, and ends at once, with its cursor, on `return()`.
   * Pulls: a subscriber that does not ask is not sent anything, and holds up nobody else.
   *
   * @throws RelayError (from `next()`) the codes of a change stream, `LIMIT_EXCEEDED`, or `SHUTTING_DOWN`, with
   * the token to continue from
   */
  subscribe(request: ChangesRequest): AsyncIterableIterator<Change>
  /** Ends all subscriptions with `SHUTTING_DOWN`, and the recording. Idempotent. */
  stop(): void
}

/** Starts a feed; it watches the default scope until it is stopped. One change stream per subscriber, for now. */
export function createFeed(options: FeedOptions): Feed {
  const { deployment, defaultScope, outage = {}, maxSubscriptions = 1_000, log = () => undefined } = options
  const stopped = new AbortController()
  const defaultKey = scopeKey(defaultScope)
  const defaultRing = createPositionRing(MAX_LAST)
  const recent = createRecentScopes({
    ...options.recent,
    // the recorder of the default scope says already how MongoDB is
    record: (scope, ring, signal) => startRecorder({ deployment, scope, ring, outage, log: () => undefined, signal }),
  })
  const { signal } = stopped
  const { ready } = startRecorder({ deployment, scope: defaultScope, ring: defaultRing, outage, log, signal })
  const source: ChangesSource = { deployment, outage, remembered }
  let subscriptions = 0

  function remembered(scope: Scope): RecentScope | undefined {
    if (scopeKey(scope) === defaultKey) return { ring: defaultRing, join: () => () => undefined }
    return recent.get(scope)
  }

  async function* limited(request: ChangesRequest, signal: AbortSignal): AsyncGenerator<Change, void, void> {
    if (subscriptions >= maxSubscriptions) {
      throw new RelayError('LIMIT_EXCEEDED', `The relay serves ${maxSubscriptions} subscriptions already`, {
        cause: undefined,
      })
    }
    subscriptions++
    try {
      yield* changes(source, request, signal)
    } finally {
      subscriptions--
    }
  }

  return {
    ready,
    subscribe: (request) => cancellable((signal) => limited(request, signal), stopped.signal),
    stop() {
      recent.stop()
      stopped.abort(new RelayError('SHUTTING_DOWN', 'The relay is shutting down', { cause: undefined }))
    },
  }
}
