import { scopeKey } from '../changes/scope.ts'
import { type ErrorCode, RelayError } from '../../errors.ts'
import { type LogFields, SILENT } from '../../util/logs/logger.ts'
import { createQuota } from '../../util/quota.ts'
import type { CohortSpec } from './cohort.ts'
import { createDefaultWatch } from './upstreams/default-watch.ts'
import { createFairSemaphore } from '../../util/waiting/fair-semaphore.ts'
import type { FeedLimits, FeedOptions } from './options.ts'
import { DEFAULTS } from '../options/values.ts'
import { createFilterBudget } from './filters/filter-budget.ts'
import { createFilterMemory } from './filters/filter-memory.ts'
import { createPayloadCache } from './filters/payload-cache.ts'
import { createRateLimitedWarn } from '../../util/logs/rate-limited-log.ts'
import { createCounters, type FeedStats, readStats } from './stats.ts'
import type { ChangesRequest } from './request.ts'
import type { FeedResources } from './shared-stream.ts'
import type { Sink, Subscription } from './sink.ts'
import { subscribeRenewed } from './snapshot/renewal.ts'
import { watchSlowConsumers } from './waiting/slow-consumers.ts'
import { createStreamTable } from './upstreams/stream-table.ts'

/** Where subscribers get their changes from: one log, many cursors. */
export interface Feed {
  /**
   * Settles when the default scope is being watched, or when that failed at first; at once where there is none. Never
   * rejects.
   */
  readonly ready: Promise<void>
  /**
   * Delivers the changes that a subscriber asked for to its sink, in change-stream order, each once.
   *
   * **Cost**: subscribers of one scope share a change stream, or two where their images are of two kinds; those of one
   * cohort share filtering, execution and encoding, too.
   *
   * @throws RelayError `LIMIT_EXCEEDED` or `SHUTTING_DOWN`; later errors go to {@link Sink.end}, with the token to
   * continue from
   */
  subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink): Subscription
  stats(): FeedStats
  /** Why the default scope is not being watched now, for an operator; `undefined` while it is. Asks no server. */
  trouble(): string | undefined
  /** Ends all subscriptions with `SHUTTING_DOWN`, and all upstreams. Idempotent. */
  stop(): void
}

/** What ends one subscription, and an operator may want to know. */
const LOGGED_BY_CLIENT = new Set<ErrorCode>(['SLOW_CONSUMER', 'HISTORY_LOST', 'EVENT_TOO_LARGE'])

/**
 * Starts a feed; it watches the default scope, if there is one, until it is stopped. Other upstreams open with their
 * first subscriber.
 */
export function createFeed(options: FeedOptions): Feed {
  const { source, defaultScope, log = SILENT, noteLimit = () => {}, retryMs = 10_000 } = options
  const limits: FeedLimits = options.limits === undefined ? DEFAULTS : { ...DEFAULTS, ...options.limits }
  const now = () => performance.now()
  const counters = createCounters()
  const warn = createRateLimitedWarn({ log, now })
  const slow = watchSlowConsumers({
    limitMs: limits.slowConsumerMs,
    now,
    onRelieved: (subscriber) => subscriber.resume(),
    onTooSlow: (subscriber) => {
      counters.slowConsumers++
      const limit = `${limits.slowConsumerMs} ms, as \`slowConsumerMs\` allows`
      const message = `The client has read nothing of what it is sent for ${limit}`
      const { token: resumeToken, cohort } = subscriber
      cohort.stream.end(subscriber, new RelayError('SLOW_CONSUMER', message, { resumeToken }))
    },
  })
  const resources: FeedResources = {
    source,
    limits,
    counters,
    slow,
    filterBudget: createFilterBudget(limits.maxFilterStepsPerSecond, now),
    cache: createPayloadCache(limits.encodedBytes),
    catchUpTurns: createFairSemaphore({ count: limits.maxCatchUps, turnMs: limits.catchUpTurnMs, now }),
    onReceived: options.onReceived,
    onDelivered: options.onDelivered,
    tracing: { trace: options.trace, spans: new WeakMap() },
    onEnded({ code, message }, scope) {
      // of one client only: what ends all of a stream is logged once, by the stream
      if (LOGGED_BY_CLIENT.has(code)) warn(code, { ns: scopeKey(scope), code }, `A subscription ended: ${message}`)
    },
    catchUps: createQuota(limits.maxCatchUpsPerPrincipal ?? Infinity),
    atLimit(message) {
      noteLimit(message)
      return new RelayError('LIMIT_EXCEEDED', message)
    },
  }
  const filterMemory = createFilterMemory(limits.maxFilterBytesPerPrincipal, resources.atLimit)
  // the cause says which server and why; the message is for subscribers
  const toLogFields = (error: RelayError): LogFields => {
    const reason = source.reasonOf(error)
    return reason === undefined ? { code: error.code } : { code: error.code, reason }
  }
  let isStopped = false
  const defaults =
    defaultScope && createDefaultWatch({ scope: defaultScope, log, toLogFields, retryMs, reopen: () => streams.keep() })
  const streams = createStreamTable({
    resources,
    kept: defaultScope && defaults && { scope: defaultScope, on: defaults.on },
    on(event, scope) {
      if (event.type !== 'ended' && event.type !== 'reduced') return
      // by code, of which there are few: what may be watched, and how often, is up to callers
      const message = 'A change stream failed'
      const { error } = event
      warn(`${message}: ${error.code}`, { ns: scopeKey(scope), ...toLogFields(error) }, message)
    },
  })
  streams.keep()

  return {
    ready: defaults?.ready ?? Promise.resolve(),
    trouble: () => defaults?.trouble(),
    stats: () => readStats(counters, streams.all(), resources),
    subscribe: (request, spec, sink) =>
      request.snapshot ? subscribeRenewed(subscribe, request, spec, sink) : subscribe(request, spec, sink),
    stop() {
      if (isStopped) return
      isStopped = true
      defaults?.stop()
      streams.stop(shuttingDown())
      slow.stop()
    },
  }

  function subscribe(request: ChangesRequest, spec: CohortSpec, sink: Sink): Subscription {
    if (isStopped) throw shuttingDown()
    const size = streams.all().reduce((sum, stream) => sum + stream.size, 0)
    if (size >= limits.maxSubscriptions) {
      throw resources.atLimit(
        `The relay serves ${limits.maxSubscriptions} subscriptions already, as \`maxSubscriptions\` allows`,
      )
    }
    if (request.start !== 'now' && 'after' in request.start) counters.resumes++
    const { owner = '', filterBytes = 0 } = request
    const giveBack = filterMemory.take(owner, filterBytes)
    try {
      const { stream, isNew, leave } = streams.use(request.scope, request.chosen, owner)
      const subscription = stream.subscribe(request, spec, sink, isNew)
      subscription.hold(leave)
      subscription.hold(giveBack)
      return subscription
    } catch (error) {
      giveBack()
      throw error
    }
  }
}

function shuttingDown(): RelayError {
  return new RelayError('SHUTTING_DOWN', 'The relay is shutting down')
}
