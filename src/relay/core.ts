import { EXPIRY_CHECK_MS, EXPIRY_GRACE_MS } from './auth/expiry-defaults.ts'
import type { CheckedOptions } from './checked-options.ts'
import { createFeed } from './feed/feed.ts'
import type { FeedStats } from './feed/stats.ts'
import type { Services } from './graphql/context.ts'
import { createOperationLimits } from './graphql/limits/operation-limits.ts'
import { createOperations } from './graphql/operations/operations.ts'
import type { Sandbox } from './graphql/sandbox.ts'
import { createSchema } from './graphql/schema/schema.ts'
import type { Deployment } from './mongo/deployment.ts'
import { createMongoSource } from './mongo/mongo-source.ts'
import { createNamespaceList } from './mongo/namespaces.ts'
import { serverVersion } from './mongo/server-version.ts'
import type { SettledOptions } from './options.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { type ConnectionCounts, createConnectionCounts } from './transport/connection-counts.ts'
import { createExpiry } from './transport/expiry.ts'
import { createGraphiql, type GraphiqlPage } from './transport/http/graphiql.ts'
import { createGraphqlHandler } from './transport/http/graphql/graphql-http.ts'
import { createMetricsHandler } from './transport/http/metrics.ts'
import type { PageFiles } from './transport/http/page-files.ts'
import { createRouter, type Router } from './transport/http/router.ts'
import { createOutputRate } from './transport/limits/output-rate.ts'
import { createEventStreams, type EventStreams } from './transport/sse/event-streams.ts'
import { createLogHandler } from './transport/log/log-handler.ts'
import { createSockets, type Sockets } from './transport/websocket/sockets.ts'
import { guarded, SILENT } from '../util/logs/logger.ts'
import { createRateLimitedWarn } from '../util/logs/rate-limited-log.ts'
import { singleFlight } from '../util/waiting/single-flight.ts'
import type { Trace } from '../util/trace.ts'
import { VERSION } from '../util/version.generated.ts'

/** A relay without a server: what adapters hand requests and sockets to. */
export interface Core {
  readonly router: Router
  readonly eventStreams: EventStreams
  readonly sockets: Sockets
  /** Present where metrics are wanted. */
  readonly metrics: Metrics | undefined
  /** Settles when the default namespace is watched, or cannot be. */
  readonly ready: Promise<void>
  /** Why the relay cannot serve now; `undefined` when it can. */
  trouble(): string | undefined
  /** What the feed has done since it started, and what it holds now. */
  stats(): FeedStats
  readonly reportError: (error: unknown) => void
  /** Notes in the log that a limit refused a caller. */
  readonly noteLimit: (message: string) => void
  /** Says from now on that it is shutting down, and serves on. */
  announceStop(): void
  /**
   * Tells subscribers `SHUTTING_DOWN`, closes their sockets, and all cursors and clients. Idempotent.
   *
   * @param served settles when what the adapter answers over HTTP has been sent; clients are closed after that
   */
  stop(served?: Promise<void>): Promise<void>
}

/** What a relay is made of, besides its options. */
export interface CoreParts {
  readonly checked: CheckedOptions
  readonly deployment: Deployment
  /** Present with the embedded engine only. */
  readonly sandbox?: Sandbox | undefined
  /** Whether the default namespace is watched from the start on. Default true. */
  readonly watchesDefault?: boolean
  /** The live page; without files it is not served. */
  readonly page: PageFiles
  /** Absent: it is not built, which browsers are told. */
  readonly graphiql: GraphiqlPage | undefined
  readonly trace?: Trace | undefined
  /** Makes the metrics, where they are wanted. */
  readonly createMetrics?: ((source: MetricsOf) => Promise<Metrics>) | undefined
}

/** What metrics are read from. */
export interface MetricsOf {
  readonly version: string
  readonly deployment: Deployment
  readonly connections: ConnectionCounts
  readonly stats: () => FeedStats
  /** Whether `/readyz` says so. */
  readonly isReady: () => boolean
}

/** The path of everything GraphQL. */
export const ENDPOINT = '/graphql'

/** Puts a relay together, and begins to watch its default namespace. */
export async function createCore(options: SettledOptions, parts: CoreParts): Promise<Core> {
  const { deployment, sandbox, trace, checked } = parts
  const { namespace, authenticator, origins, policy, sharedViews } = checked
  const log = guarded(options.log ?? SILENT)
  const counts = createConnectionCounts()
  let isStopping = false
  let stopped: Promise<void> | undefined

  const trouble = () => (isStopping ? 'The relay is shutting down' : feed.trouble())
  const metrics = await parts.createMetrics?.({
    version: VERSION,
    deployment,
    connections: counts,
    stats: () => feed.stats(),
    isReady: () => trouble() === undefined,
  })
  const warnOfLimit = createRateLimitedWarn({ log, now: () => performance.now() })
  const noteLimit = (message: string) => warnOfLimit(message, { code: 'LIMIT_EXCEEDED' }, message)
  const feed = createFeed({
    source: createMongoSource(deployment, { backoff: options.backoff }),
    defaultScope: parts.watchesDefault === false ? undefined : namespace,
    limits: options,
    log,
    noteLimit,
    trace,
    onDelivered: metrics?.observeLag,
  })
  const askVersion = singleFlight(() => serverVersion(deployment))
  const reportError = (err: unknown) => log.error({ err }, 'Unexpected error')
  const services: Services = {
    feed,
    policy,
    maxTokenBytes: options.maxTokenBytes,
    listNamespaces: createNamespaceList(deployment),
    serverVersion: () => askVersion(undefined),
    version: VERSION,
    defaultNamespace: namespace,
    // its filters could be used to look into what rules hide
    ...(sandbox && policy.isOpen ? { sandbox } : {}),
    reportError,
    noteLimit,
    trace,
    countErrors: (errors) => errors.forEach(({ extensions }) => metrics?.countError(extensions?.['code'])),
  }
  const { cookie, expiryGraceMs = EXPIRY_GRACE_MS, expiryCheckMs = EXPIRY_CHECK_MS } = options.auth ?? {}
  const expiry = createExpiry({ graceMs: expiryGraceMs, checkMs: expiryCheckMs, now: options.now ?? Date.now })
  const outputRate = createOutputRate({ bytesPerSecond: options.maxOutputBytesPerSecond ?? Infinity })
  const schema = createSchema({ sandbox: services.sandbox !== undefined })
  const operationLimits = createOperationLimits(options)
  const operations = createOperations(schema, operationLimits)
  const authentication = { authenticator, expiry, origins, cookie }
  const common = { schema, services, operationLimits, operations, authentication, limits: options, outputRate, counts }
  const sockets = createSockets(common)
  const router = createRouter({
    endpoint: ENDPOINT,
    graphql: createGraphqlHandler({ ...common, endpoint: ENDPOINT }),
    changeLog: createLogHandler({ ...common, sharedViews }),
    graphiql: options.graphiql ? createGraphiql(ENDPOINT, parts.graphiql) : undefined,
    trouble,
    metrics:
      metrics && options.metricsToken !== undefined
        ? createMetricsHandler(metrics.read, options.metricsToken)
        : undefined,
    page: parts.page,
    origins,
    log,
  })

  return {
    router,
    sockets,
    eventStreams: createEventStreams(common),
    metrics,
    ready: feed.ready,
    trouble,
    stats: () => feed.stats(),
    reportError,
    noteLimit,
    announceStop: () => void (isStopping = true),
    stop(served) {
      isStopping = true
      return (stopped ??= stopAll(served))
    },
  }

  async function stopAll(served?: Promise<void>): Promise<void> {
    feed.stop()
    outputRate.stop()
    // the last messages to subscribers must be on their way before the sockets close
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([sockets.stop(options.stopGraceMs), served])
    await deployment.close()
  }
}
