import type { CheckedOptions } from './checked-options.ts'
import type { FeedStats } from './feed/stats.ts'
import { createOperations } from './graphql/operations/operations.ts'
import { createSchema } from './graphql/schema/schema.ts'
import type { SettledOptions } from './options.ts'
import { createServices, type ServicesParts } from './services.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { type Answer, refusalAnswer, withHeaders } from './transport/http/answer.ts'
import { createGraphiql, type GraphiqlPage } from './transport/http/graphiql.ts'
import { createGraphqlHandler } from './transport/http/graphql/graphql-http.ts'
import { createMetricsHandler } from './transport/http/metrics.ts'
import type { RequestHeaders } from './transport/http/headers.ts'
import type { PageFiles } from './transport/http/page-files.ts'
import { corsHeaders } from './transport/http/requests/cors.ts'
import type { Refusal } from './transport/http/requests/refusal.ts'
import { createRouter, type Router } from './transport/http/router.ts'
import { type ConnectionPlaces, createConnectionPlaces } from './transport/limits/connection-places.ts'
import { createEventStreams, type EventStreams } from './transport/sse/event-streams.ts'
import { createLogHandler } from './transport/log/log-handler.ts'
import { createSockets, type Sockets } from './transport/websocket/sockets.ts'

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
  /** Counts connections. */
  readonly places: ConnectionPlaces
  /** Answers a request that has no place; pages of listed origins may read why. */
  refuse(refusal: Refusal, headers: RequestHeaders): Answer
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
export interface CoreParts extends Omit<ServicesParts, 'policy' | 'namespace'> {
  readonly checked: CheckedOptions
  /** The live page; without files it is not served. */
  readonly page: PageFiles
  /** Absent: it is not built, which browsers are told. */
  readonly graphiql: GraphiqlPage | undefined
}

/** The path of everything GraphQL. */
export const ENDPOINT = '/graphql'

/** Puts a relay together, and begins to watch its default namespace. */
export async function createCore(options: SettledOptions, parts: CoreParts): Promise<Core> {
  const { origin, sandbox, watchesDefault, trace, createMetrics } = parts
  const { namespace, authenticator, origins, policy, sharedViews } = parts.checked
  const made = { policy, namespace, origin, sandbox, watchesDefault, trace, createMetrics }
  const relay = await createServices(options, made)
  const { services, expiry, outputRate, counts, metrics, log, trouble } = relay
  let stopped: Promise<void> | undefined
  const schema = createSchema({ sandbox: services.sandbox !== undefined })
  const operations = createOperations(schema, services.operationLimits)
  const authentication = { authenticator, expiry, origins, cookie: options.auth?.cookie }
  const common = { schema, services, operations, authentication, limits: options, outputRate, counts }
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
    ready: services.feed.ready,
    trouble,
    stats: () => services.feed.stats(),
    places: createConnectionPlaces(options, services.noteLimit),
    refuse: (refusal, headers) => withHeaders(refusalAnswer(refusal), corsHeaders(headers, authentication)),
    reportError: services.reportError,
    noteLimit: services.noteLimit,
    announceStop: relay.announceStop,
    stop(served) {
      relay.announceStop()
      return (stopped ??= stopAll(served))
    },
  }

  async function stopAll(served?: Promise<void>): Promise<void> {
    relay.stop()
    // the last messages to subscribers must be on their way before the sockets close
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([sockets.stop(options.stopGraceMs), served])
    await origin.close()
  }
}
