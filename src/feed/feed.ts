import type { ImageOptions } from '../changes/open-stream.ts'
import type { Scope } from '../changes/scope.ts'
import { scopeKey } from '../changes/scope.ts'
import { failureReason } from '../changes/server-errors.ts'
import type { ErrorCode } from '../errors.ts'
import { RelayError } from '../errors.ts'
import type { LogFields } from '../logger.ts'
import { SILENT } from '../logger.ts'
import { createQuota } from '../quota.ts'
import { createClusterClock } from './cluster-clock.ts'
import type { CohortSpec } from './cohort.ts'
import { createCounters } from './counters.ts'
import type { FeedOptions } from './feed-options.ts'
import { DEFAULT_LIMITS } from './feed-options.ts'
import type { FeedStats } from './feed-stats.ts'
import { createPayloadCache } from './payload-cache.ts'
import { warnRarely } from './rarely.ts'
import { readStats } from './read-stats.ts'
import type { ChangesRequest } from './request.ts'
import type { FeedResources, SharedStream } from './shared-stream.ts'
import { createSharedStream } from './shared-stream.ts'
import type { Sink, Subscription } from './sink.ts'
import { createSlots } from './slots.ts'
import { watchSlowConsumers } from './slow-consumers.ts'

/** Where subscribers get their changes from: one log, many cursors. */
export interface Feed {
  /** Settles when the default scope is being watched, or when that failed at first. Never rejects. */
  readonly ready: Promise<void>
  /**
   * Delivers the changes that a subscriber asked for to its sink, in change-stream order, each once.
   *
   * **Cost**: subscribers of one scope and image options share a change stream; those of one cohort share filtering,
   * execution and encoding, too.
   *
   * @throws RelayError `LIMIT_EXCEEDED` or `SHUTTING_DOWN`; later errors go to {@link Sink.end}, with the token to
   * continue from
   */
  subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink): Subscription
  stats(): FeedStats
  /** Why the default scope is not being watched now, for an operator; `undefined` while it is. Asks nobody. */
  trouble(): string | undefined
  /** Ends all subscriptions with `SHUTTING_DOWN`, and all upstreams. Idempotent. */
  stop(): void
}

/** What ends one subscription, and an operator may want to know. */
const TOLD_BY_CLIENT = new Set<ErrorCode>(['SLOW_CONSUMER', 'HISTORY_LOST', 'EVENT_TOO_LARGE'])

interface Entry {
  readonly stream: SharedStream
  linger?: NodeJS.Timeout
}

const NO_IMAGES: ImageOptions = { fullDocument: 'default', fullDocumentBeforeChange: 'off' }

/** Starts a feed; it watches the default scope until it is stopped. Other upstreams open with their first subscriber. */
export function createFeed(options: FeedOptions): Feed {
  const { deployment, defaultScope, outage = {}, log = SILENT, retryMs = 10_000 } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const now = () => performance.now()
  const entries = new Map<string, Entry>()
  const defaultKey = streamKey(defaultScope, NO_IMAGES)
  const counters = createCounters()
  const warn = warnRarely({ log, now })
  const slow = watchSlowConsumers({
    limitMs: limits.slowConsumerMs,
    now,
    onRelieved: (member) => member.resume(),
    onTooSlow: (member) => {
      counters.slowConsumers++
      const tooSlow = new RelayError('SLOW_CONSUMER', 'The client does not read what it is sent', { cause: undefined })
      member.cohort.stream.end(member, tooSlow.at(member.token))
    },
  })
  const resources: FeedResources = {
    deployment,
    outage,
    limits,
    counters,
    slow,
    now,
    cache: createPayloadCache(limits.encodedBytes),
    clock: createClusterClock(() => deployment.operationTime()),
    slots: createSlots(limits.maxCatchUps),
    onDelivered: options.onDelivered,
    tracing: { trace: options.trace, spans: new WeakMap() },
    onEnded({ code, message }, scope) {
      // of one client only: what ends all of a stream is told once, by the stream
      if (TOLD_BY_CLIENT.has(code)) warn(code, { ns: scopeKey(scope), code }, `A subscription ended: ${message}`)
    },
    catchUps: createQuota(limits.maxCatchUpsPerOwner),
  }
  let retry: NodeJS.Timeout | undefined
  let trouble: string | undefined = 'MongoDB is not being watched yet'
  let wasInterrupted = false
  let isStopped = false
  let markReady = () => {}
  const ready = new Promise<void>((resolve) => (markReady = resolve))
  open(defaultKey, defaultScope, NO_IMAGES)

  return { ready, subscribe, stats: () => readStats(counters, streams(), resources), trouble: () => trouble, stop }

  function streams(): SharedStream[] {
    return [...entries.values()].map(({ stream }) => stream)
  }

  function subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink): Subscription {
    if (isStopped) throw shuttingDown()
    const size = streams().reduce((sum, stream) => sum + stream.size, 0)
    if (size >= limits.maxSubscriptions) {
      throw atLimit(`The relay serves ${limits.maxSubscriptions} subscriptions already`)
    }
    if (request.start !== 'now' && 'after' in request.start) counters.resumes++
    const key = streamKey(request.scope, request.images)
    const known = entries.get(key)
    if (!known && entries.size >= limits.maxUpstreams) closeOneIdle()
    const entry = known ?? open(key, request.scope, request.images)
    clearTimeout(entry.linger)
    delete entry.linger
    return entry.stream.subscribe(request, spec, sink, known === undefined)
  }

  function open(key: string, scope: Scope, images: ImageOptions): Entry {
    const isDefault = key === defaultKey
    const stream = createSharedStream({
      resources,
      scope,
      images,
      onEmpty() {
        if (isDefault || entries.get(key) !== entry) return
        if (limits.lingerMs === 0) close(key, entry)
        else entry.linger ??= setTimeout(() => close(key, entry), limits.lingerMs)
      },
      onTrouble(error, isOver) {
        if (isOver && entries.get(key) === entry) entries.delete(key)
        if (isDefault) onDefaultTrouble(error, isOver)
        else if (isOver && !isStopped) log.warn({ ns: scopeKey(scope), ...logged(error) }, 'A change stream failed')
      },
      onOpen() {
        if (!isDefault) return
        if (wasInterrupted) log.info({}, 'MongoDB is being watched again')
        wasInterrupted = false
        trouble = undefined
        markReady()
      },
    })
    const entry: Entry = { stream }
    entries.set(key, entry)
    return entry
  }

  // the default scope is also what finds out, and says, that MongoDB cannot be reached or cannot serve change streams
  function onDefaultTrouble(error: RelayError, isOver: boolean): void {
    trouble = error.message
    // whoever ends it has been told
    if (isStopped) return
    if (!wasInterrupted) {
      const message = isOver ? error.message : `${error.message}; trying again until it can`
      log[isOver ? 'error' : 'warn']({ ns: scopeKey(defaultScope), ...logged(error) }, message)
    }
    wasInterrupted = true
    markReady()
    if (!isOver) return
    retry = setTimeout(() => {
      if (!entries.has(defaultKey)) open(defaultKey, defaultScope, NO_IMAGES)
    }, retryMs)
  }

  function close(key: string, { stream, linger }: Entry): void {
    clearTimeout(linger)
    entries.delete(key)
    stream.stop(shuttingDown())
  }

  function closeOneIdle(): void {
    const idle = [...entries].find(([, { linger }]) => linger !== undefined)
    if (!idle) throw atLimit(`The relay watches ${limits.maxUpstreams} namespaces already`)
    close(...idle)
  }

  function atLimit(message: string): RelayError {
    warn(message, { code: 'LIMIT_EXCEEDED' }, message)
    return new RelayError('LIMIT_EXCEEDED', message, { cause: undefined })
  }

  function stop(): void {
    if (isStopped) return
    isStopped = true
    trouble = 'The relay is shutting down'
    clearTimeout(retry)
    for (const [key, entry] of [...entries]) close(key, entry)
    slow.stop()
  }
}

function streamKey(scope: Scope, { fullDocument, fullDocumentBeforeChange }: ImageOptions): string {
  // no name holds a zero character
  return [scopeKey(scope), fullDocument, fullDocumentBeforeChange].join('\0')
}

// the cause says which server and why; the message is for subscribers
function logged({ code, cause }: RelayError): LogFields {
  const reason = failureReason(cause)
  return reason === undefined ? { code } : { code, reason }
}

function shuttingDown(): RelayError {
  return new RelayError('SHUTTING_DOWN', 'The relay is shutting down', { cause: undefined })
}
