import type { Policy } from './access/rules/policy.ts'
import { EXPIRY_CHECK_MS, EXPIRY_GRACE_MS } from './auth/expiry-defaults.ts'
import { createFeed } from './feed/feed.ts'
import type { FeedStats } from './feed/stats.ts'
import { createResultBytes, type Services } from './graphql/context.ts'
import { createOperationLimits } from './graphql/limits/operation-limits.ts'
import type { Sandbox } from './graphql/sandbox.ts'
import type { ListedNamespace, Origin } from './changes/origin.ts'
import type { SettledOptions } from './options.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { type ConnectionCounts, createConnectionCounts } from './transport/connection-counts.ts'
import { createExpiry, type Expiry } from './transport/expiry.ts'
import { createOutputRate, type OutputRate } from './transport/limits/output-rate.ts'
import { guarded, type Logger, SILENT } from '../util/logs/logger.ts'
import { createRateLimitedWarn } from '../util/logs/rate-limited-log.ts'
import type { Trace } from '../util/trace.ts'
import { VERSION } from '../util/version.generated.ts'

/** What serves subscriptions, by whatever transport they are asked for: the feed, who may see what, and limits. */
export interface RelayServices {
  readonly services: Services
  readonly expiry: Expiry
  readonly outputRate: OutputRate
  readonly counts: ConnectionCounts
  /** Present where metrics are wanted. */
  readonly metrics: Metrics | undefined
  readonly log: Logger
  /** Why the relay cannot serve now; `undefined` when it can. */
  trouble(): string | undefined
  /** Says from now on that it is shutting down, and serves on. */
  announceStop(): void
  /** Tells subscribers `SHUTTING_DOWN`, and closes all cursors; the origin stays open. Idempotent. */
  stop(): void
}

/** What services are made of, besides a relay's options. */
export interface ServicesParts {
  readonly policy: Policy
  /** What the page watches first. */
  readonly namespace: ListedNamespace
  readonly origin: Origin
  /** Present with the embedded engine only. */
  readonly sandbox?: Sandbox | undefined
  /** Whether the default namespace is watched from the start on. Default true. */
  readonly watchesDefault?: boolean | undefined
  readonly trace?: Trace | undefined
  /** Makes the metrics, where they are wanted. */
  readonly createMetrics?: ((source: MetricsOf) => Promise<Metrics>) | undefined
}

/** What metrics are read from. */
export interface MetricsOf {
  readonly version: string
  readonly origin: Origin
  readonly connections: ConnectionCounts
  readonly stats: () => FeedStats
  /** Whether `/readyz` says so. */
  readonly isReady: () => boolean
}

/** Begins to watch the default namespace, where it shall be watched, and serves subscriptions. */
export async function createServices(options: SettledOptions, parts: ServicesParts): Promise<RelayServices> {
  const { policy, namespace, origin, sandbox, trace } = parts
  const log = guarded(options.log ?? SILENT)
  const counts = createConnectionCounts()
  let isStopping = false

  const trouble = () => (isStopping ? 'The relay is shutting down' : feed.trouble())
  const metrics = await parts.createMetrics?.({
    version: VERSION,
    origin,
    connections: counts,
    stats: () => feed.stats(),
    isReady: () => trouble() === undefined,
  })
  const warnOfLimit = createRateLimitedWarn({ log, now: () => performance.now() })
  const noteLimit = (message: string) => warnOfLimit(message, { code: 'LIMIT_EXCEEDED' }, message)
  const feed = createFeed({
    source: origin.source,
    defaultScope: parts.watchesDefault === false ? undefined : namespace,
    limits: options,
    log,
    noteLimit,
    trace,
    onReceived: metrics?.countEvents,
    onDelivered: metrics?.observeLag,
  })
  const operationLimits = createOperationLimits(options)
  const services: Services = {
    feed,
    policy,
    operationLimits,
    resultBytes: createResultBytes(operationLimits.maxResultBytes),
    maxTokenBytes: options.maxTokenBytes,
    listNamespaces: origin.listNamespaces,
    serverVersion: () => origin.serverVersion(),
    version: VERSION,
    defaultNamespace: namespace,
    // its filters could be used to look into what rules hide
    ...(sandbox && policy.isOpen ? { sandbox } : {}),
    reportError: (err) => log.error({ err }, 'Unexpected error'),
    noteLimit,
    trace,
    countErrors: (errors) => errors.forEach(({ extensions }) => metrics?.countError(extensions?.['code'])),
  }
  const { expiryGraceMs = EXPIRY_GRACE_MS, expiryCheckMs = EXPIRY_CHECK_MS } = options.auth ?? {}
  const outputRate = createOutputRate({ bytesPerSecond: options.maxOutputBytesPerSecond ?? Infinity })

  return {
    services,
    expiry: createExpiry({ graceMs: expiryGraceMs, checkMs: expiryCheckMs, now: options.now ?? Date.now }),
    outputRate,
    counts,
    metrics,
    log,
    trouble,
    announceStop: () => void (isStopping = true),
    stop() {
      isStopping = true
      feed.stop()
      outputRate.stop()
    },
  }
}
