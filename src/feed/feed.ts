import type { Change } from '../changes/change.ts'
import type { Deployment } from '../changes/deployment.ts'
import type { Position } from '../changes/position.ts'
import type { Scope } from '../changes/scope.ts'
import { scopeKey } from '../changes/scope.ts'
import type { OutageOptions } from '../changes/watch.ts'
import { watch } from '../changes/watch.ts'
import { RelayError } from '../errors.ts'
import { cancellable } from './cancellable.ts'
import { createPositionRing } from './position-ring.ts'
import type { RecentScope, RecentScopesOptions } from './recent-scopes.ts'
import { createRecentScopes, MAX_LAST } from './recent-scopes.ts'
import { startRecorder } from './recorder.ts'
import type { ChangesRequest } from './request.ts'

/** Options of {@link createFeed}. */
export interface FeedOptions {
  readonly deployment: Deployment
  /** The scope whose last events are remembered from the start on. */
  readonly defaultScope: Scope
  readonly outage?: OutageOptions
  readonly recent?: RecentScopesOptions
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
  const recent = createRecentScopes(options.recent)
  const { signal } = stopped
  const { ready } = startRecorder({ deployment, scope: defaultScope, ring: defaultRing, outage, log, signal })
  let subscriptions = 0

  async function* limited(request: ChangesRequest, signal: AbortSignal): AsyncGenerator<Change, void, void> {
    if (subscriptions >= maxSubscriptions) {
      throw new RelayError('LIMIT_EXCEEDED', `The relay serves ${maxSubscriptions} subscriptions already`, {
        cause: undefined,
      })
    }
    subscriptions++
    try {
      yield* changes(request, signal)
    } finally {
      subscriptions--
    }
  }

  async function* changes(request: ChangesRequest, signal: AbortSignal): AsyncGenerator<Change, void, void> {
    const { start } = request
    const key = scopeKey(request.scope)
    const scope = key === defaultKey ? undefined : recent.get(key)
    if (start === 'now') return yield* recorded(request, 'now', scope, signal)
    if (!('last' in start)) return yield* filtered(request, start, signal)

    const ring = scope?.ring ?? (key === defaultKey ? defaultRing : undefined)
    const position = start.last === 0 ? undefined : ring?.before(start.last)
    try {
      return yield* recorded(request, position ?? 'now', scope, signal)
    } catch (error) {
      // a quiet namespace's last events can be older than the oplog: then there is nothing to remember
      if (position === undefined || !(error instanceof RelayError) || error.code !== 'HISTORY_LOST') throw error
      yield* recorded(request, 'now', scope, signal)
    }
  }

  // a subscriber at the live end keeps its scope's ring up to date for the next one
  async function* recorded(
    request: ChangesRequest,
    start: Position | 'now',
    scope: RecentScope | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Change, void, void> {
    if (!scope) return yield* filtered(request, start, signal)
    const { ring } = scope
    const onStart = (origin: Position) => {
      if (scope.readers === 1 || ring.before(0) === undefined) ring.reset(origin)
    }
    const leave = scope.join()
    try {
      yield* filtered(request, start, signal, onStart, (change) => ring.push(change.resumeToken))
    } finally {
      leave()
    }
  }

  async function* filtered(
    request: ChangesRequest,
    start: Position | 'now',
    signal: AbortSignal,
    onStart: (origin: Position) => void = () => undefined,
    onChange: (change: Change) => void = () => undefined,
  ): AsyncGenerator<Change, void, void> {
    const { scope, images, operationTypes, matches } = request
    for await (const change of watch(deployment, { scope, start, outage, onStart, ...images }, signal)) {
      onChange(change)
      if (operationTypes && !operationTypes.has(change.event.operationType)) continue
      if (matches && !matches(change.event)) continue
      yield change
    }
  }

  return {
    ready,
    subscribe: (request) => cancellable((signal) => limited(request, signal), stopped.signal),
    stop() {
      stopped.abort(new RelayError('SHUTTING_DOWN', 'The relay is shutting down', { cause: undefined }))
    },
  }
}
