import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Authenticator } from './auth/anonymous.ts'
import { EVERYBODY } from './auth/anonymous.ts'
import { EXPIRY_CHECK_MS, EXPIRY_GRACE_MS } from './auth/expiry-defaults.ts'
import { createPolicy } from './access/policy.ts'
import { parseAccess } from './access/rules-schema.ts'
import { createDeployment } from './changes/deployment.ts'
import { listNamespaces } from './changes/namespaces.ts'
import { readOplogStart } from './changes/oplog-start.ts'
import { parseNamespace } from './changes/scope.ts'
import { serverVersion } from './changes/server-version.ts'
import { startEmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine/engine.ts'
import { badUserInput } from './errors.ts'
import type { FeedLimits } from './feed/feed-options.ts'
import type { FeedStats } from './feed/feed-stats.ts'
import { createFeed } from './feed/feed.ts'
import type { Services } from './graphql/context.ts'
import { createExecution } from './graphql/execution.ts'
import { createSchema } from './graphql/schema.ts'
import { isLoopback } from './loopback.ts'
import { keptFresh } from './kept-fresh.ts'
import { SILENT } from './logger.ts'
import type { RelayOptions } from './relay-options.ts'
import { createSandbox } from './sandbox.ts'
import { settledWithin } from './settled-within.ts'
import { findTrace } from './telemetry/find-trace.ts'
import type { Authentication } from './transport/authentication.ts'
import { createExpiry } from './transport/expiry.ts'
import { createConnectionCounts } from './transport/connection-counts.ts'
import { createGraphiql } from './transport/graphiql.ts'
import { createHttpServer } from './transport/http-server.ts'
import { lazyHandler } from './transport/lazy-handler.ts'
import { createClientAddress } from './transport/limits/client-address.ts'
import { createOutputRate } from './transport/limits/output-rate.ts'
import { listen, stopListening } from './transport/listen.ts'
import { createMetricsHandler, createMetricsServer } from './transport/metrics-http.ts'
import { createOriginPolicy } from './transport/origin-policy.ts'
import { createPageFiles } from './transport/page-files.ts'
import { createWebSockets } from './transport/websocket.ts'
import { readVersion } from './version.ts'

/** A running relay. */
export interface Relay {
  /** Where the live page is, such as `http://127.0.0.1:8888/`; a name that a browser can open also for wildcard hosts. */
  readonly url: string
  /** Where GraphQL is: POST, server-sent events, WebSocket (with `ws:` instead of `http:`), and GraphiQL for browsers. */
  readonly graphqlUrl: string
  /** The embedded engine's connection string; absent with a MongoDB of one's own. */
  readonly engineUri?: string
  /** Where metrics are served at a port of their own; absent without `metricsPort`. */
  readonly metricsUrl?: string
  /**
   * Stops: says so at `/readyz`, serves for `drainDelayMs` more, then closes all cursors at once, tells subscribers `SHUTTING_DOWN`, closes what was opened, and stops the embedded
   * engine. Idempotent. Afterwards nothing is left open.
   */
  stop(): Promise<void>
  /** What the relay's feed has done since it started, and what it holds now. */
  stats(): FeedStats
}

const ENDPOINT = '/graphql'

/** What Node takes of a request's headers by default, in bytes. */
const USUAL_HEADER_BYTES = 16_384

/** Half of what the longest string holds, so that a result that is within the limit can always be written. */
const MAX_RESULT_BYTES = 268_435_456

/**
 * Starts a relay, and with it the embedded engine when there is no `mongoUri`. Starts also while MongoDB cannot be
 * reached; it then says so in its log, keeps trying, and subscribers wait for `startTimeoutMs`.
 *
 * @throws RelayError `BAD_USER_INPUT` when the URI, the namespace, an origin, a trusted proxy, `auth` or a rule is not valid,
 * and when everybody could read everything: without authentication on an address that others can reach
 * @throws Error with the code `EADDRINUSE` and the like when it cannot listen
 */
export async function createRelay(options: RelayOptions = {}): Promise<Relay> {
  const {
    host = '127.0.0.1',
    port = 8888,
    namespace = 'test.test',
    allowedOrigins = [],
    maxMessageBytes = 65_536,
    maxBufferedBytes = 1_048_576,
    slowConsumerMs = 60_000,
  } = options
  const { keepAliveMs = 12_000, readyTimeoutMs = 300, stopGraceMs = 1_000, drainDelayMs = 0, log = SILENT } = options
  const { maxResponseKeys = 50, maxResultBytes = 67_108_864, maxTokenBytes = 32_768 } = options
  const { trustedProxies = [] } = options
  const { metricsHost = '127.0.0.1' } = options
  const { pageRoot = fileURLToPath(new URL('../dist/web/', import.meta.url)) } = options

  const defaultNamespace = toDefaultNamespace(namespace)
  const { allowAnonymous = options.auth?.allowAnonymous } = options
  const auth = options.auth && { ...options.auth, ...(allowAnonymous === undefined ? {} : { allowAnonymous }) }
  const authenticator = await toAuthenticator({ ...options, auth })
  if (!authenticator.isConfigured && allowAnonymous !== true) refuseOpenDoor(host)
  const origins = valid('An allowed origin', () => createOriginPolicy({ host, allowedOrigins }))
  valid('A trusted proxy', () => createClientAddress(trustedProxies))
  if (maxResultBytes > MAX_RESULT_BYTES) throw badUserInput(`\`maxResultBytes\` is more than ${MAX_RESULT_BYTES}`)
  const policy = createPolicy(parseAccess({ rules: options.rules, tokenSecret: options.tokenSecret }))
  const engine = options.mongoUri === undefined ? await startEmbeddedEngine(options) : undefined
  const uri = engine?.uri ?? options.mongoUri ?? ''
  const deployment = await orStop(engine, () =>
    valid('The MongoDB URI', () => createDeployment({ uri, maxAwaitTimeMs: options.maxAwaitTimeMs ?? 1_000 })),
  )

  const trace = await findTrace(readVersion())
  const connections = createConnectionCounts()
  const wantsMetrics = options.metricsToken !== undefined || options.metricsPort !== undefined
  const oplogStart = keptFresh(() => readOplogStart(deployment), { maxAgeMs: 60_000, now: () => performance.now() })
  // on demand: most relays have none
  const { createMetrics } = wantsMetrics ? await import('./telemetry/metrics.ts') : {}
  const metrics = createMetrics?.({
    version: readVersion(),
    source: () => ({
      stats: feed.stats(),
      connections,
      isReady: trouble() === undefined,
      oplogStartSeconds: oplogStart(),
      nowSeconds: Date.now() / 1_000,
    }),
  })

  const feed = createFeed({
    deployment,
    onDelivered: metrics?.observeLag,
    trace,
    defaultScope: defaultNamespace,
    limits: toLimits(options),
    log,
    outage: {
      startTimeoutMs: options.startTimeoutMs ?? 10_000,
      outageLimitMs: options.outageLimitMs ?? 300_000,
      ...(options.backoff ? { backoff: options.backoff } : {}),
    },
  })
  const reportError = (err: unknown) => log.error({ err }, 'Unexpected error')
  const services: Services = {
    feed,
    policy,
    maxTokenBytes,
    listNamespaces: (db) => listNamespaces(deployment, db),
    serverVersion: () => serverVersion(deployment),
    version: readVersion(),
    defaultNamespace,
    // its filters could be used to look into what rules hide
    ...(engine && policy.isOpen ? { sandbox: createSandbox(deployment) } : {}),
    reportError,
    trace,
    countErrors: (errors) => errors.forEach(({ extensions }) => metrics?.countError(extensions?.['code'])),
  }

  const schema = createSchema({ sandbox: services.sandbox !== undefined })
  const execution = createExecution({ ...options, maxResponseKeys, maxResultBytes })
  const outputRate = createOutputRate({ bytesPerSecond: options.maxOutputBytesPerSecond ?? Infinity })
  const maxBodyBytes = maxMessageBytes
  const {
    cookie,
    expiryGraceMs: graceMs = EXPIRY_GRACE_MS,
    expiryCheckMs: checkMs = EXPIRY_CHECK_MS,
  } = options.auth ?? {}
  const expiry = createExpiry({ graceMs, checkMs, now: options.now ?? Date.now })
  const authentication: Authentication = { authenticator, expiry, origins, cookie }
  const webSockets = createWebSockets({
    schema,
    services,
    execution,
    authentication,
    maxMessageBytes,
    keepAliveMs,
    maxBufferedBytes,
    slowConsumerMs,
    maxSubscriptions: options.maxSubscriptionsPerConnection ?? 1_000,
    connectionInitMs: options.connectionInitMs ?? 3_000,
    idleMs: options.idleConnectionMs ?? 600_000,
    outputRate,
    counts: connections,
  })
  let stopping: Promise<void> | undefined
  const trouble = () => (stopping ? 'The relay is shutting down' : feed.trouble())
  const server = createHttpServer({
    endpoint: ENDPOINT,
    // loaded by the first request, because that takes as long as everything else together
    graphql: lazyHandler(async () => {
      const { createGraphqlHandler } = await import('./transport/graphql-http.ts')
      return createGraphqlHandler({
        schema,
        services,
        execution,
        authentication,
        endpoint: ENDPOINT,
        allowedOrigins,
        maxBodyBytes,
        keepAliveMs,
        maxBufferedBytes,
        slowConsumerMs,
        outputRate,
        connections,
      })
    }),
    graphiql:
      options.graphiql === false ? undefined : createGraphiql(ENDPOINT, authenticator.isConfigured ? 'SSE' : 'WS'),
    trouble,
    metrics:
      metrics && options.metricsToken !== undefined
        ? createMetricsHandler(metrics.read, options.metricsToken)
        : undefined,
    page: createPageFiles(pageRoot),
    upgrade: webSockets.upgrade,
    origins,
    maxHeaderBytes: maxMessageBytes + USUAL_HEADER_BYTES,
    connections: {
      maxConnections: options.maxConnections ?? 50_000,
      maxConnectionsPerAddress: options.maxConnectionsPerAddress,
      trustedProxies,
    },
    timeouts: {
      headersMs: options.headersTimeoutMs ?? 10_000,
      requestMs: options.requestTimeoutMs ?? 30_000,
      keepAliveMs: options.keepAliveTimeoutMs ?? 5_000,
    },
    reportError,
  })

  const metricsServer =
    metrics && options.metricsPort !== undefined
      ? createMetricsServer({
          metrics: createMetricsHandler(metrics.read),
          trouble,
          origins: createOriginPolicy({ host: metricsHost, allowedOrigins: [] }),
          reportError,
        })
      : undefined

  const stop = () => (stopping ??= stopAll())
  const stopAll = async () => {
    if (drainDelayMs > 0 && server.listening) log.info({ drainDelayMs }, 'Draining')
    // whoever sees that the relay is not ready goes elsewhere before it stops to answer
    if (drainDelayMs > 0 && server.listening) await delay(drainDelayMs)
    log.info({}, 'Stopping')
    const notListening = stopListening(server, stopGraceMs)
    feed.stop()
    outputRate.stop()
    // what subscribers are told must be on its way before their sockets close
    await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([webSockets.stop(stopGraceMs), notListening])
    await deployment.close()
    await engine?.stop()
    if (metricsServer) await stopListening(metricsServer, 0)
    log.info({}, 'Stopped')
  }

  let url: string
  let metricsUrl: string | undefined
  try {
    url = await listen(server, host, port)
    if (metricsServer) metricsUrl = await listen(metricsServer, metricsHost, options.metricsPort ?? 0)
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ url, version: services.version, ns: namespace, embedded: engine !== undefined }, 'Listening')
  await settledWithin(feed.ready, readyTimeoutMs)
  const addresses = {
    url,
    graphqlUrl: new URL(ENDPOINT, url).href,
    ...(engine ? { engineUri: engine.uri } : {}),
    ...(metricsUrl === undefined ? {} : { metricsUrl: new URL('metrics', metricsUrl).href }),
  }
  return { ...addresses, stop, stats: feed.stats }
}

// whoever can reach the relay could read everything
function refuseOpenDoor(host: string): void {
  if (isLoopback(host)) return
  const advice = 'Set up authentication (`auth`), or allow everybody with `auth.allowAnonymous` (--allow-anonymous)'
  throw badUserInput(`On ${host || 'all addresses'} everybody who can reach it could read everything. ${advice}`)
}

// the libraries that check credentials are loaded only where there are some to check
async function toAuthenticator({ auth, now, log }: RelayOptions): Promise<Authenticator> {
  if (auth === undefined) return EVERYBODY
  const { createAuthenticator } = await import('./auth/authenticator.ts')
  return createAuthenticator(auth, { ...(now ? { now } : {}), ...(log ? { log: (line) => log.warn({}, line) } : {}) })
}

// only what is told, so that everything else has its default
function toLimits(options: RelayOptions): Partial<FeedLimits> {
  const {
    windowBytes,
    windowEvents,
    encodedBytes,
    lingerMs,
    maxCatchUps,
    maxCatchUpsPerPrincipal: maxCatchUpsPerOwner,
    slowConsumerMs,
    maxSubscriptions,
    maxUpstreams,
  } = options
  const limits = {
    windowBytes,
    windowEvents,
    encodedBytes,
    lingerMs,
    maxCatchUps,
    maxCatchUpsPerOwner,
    slowConsumerMs,
    maxSubscriptions,
    maxUpstreams,
  }
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))
}

function toDefaultNamespace(text: string): { readonly db: string; readonly coll?: string } {
  const { db, coll } = parseNamespace(text)
  if (db === undefined) throw badUserInput('The namespace is empty')
  return coll === undefined ? { db } : { db, coll }
}

function valid<T>(what: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw badUserInput(`${what} is not valid: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function orStop<T>(engine: Engine | undefined, make: () => T): Promise<T> {
  try {
    return make()
  } catch (error) {
    await engine?.stop()
    throw error
  }
}
