import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { EXPIRY_CHECK_MS, EXPIRY_GRACE_MS } from './auth/expiry-defaults.ts'
import { createNamespaceList } from './mongo/namespaces.ts'
import { serverVersion } from './mongo/server-version.ts'
import type { FeedStats } from './feed/stats.ts'
import { createFeed } from './feed/feed.ts'
import { createMongoSource } from './mongo/mongo-source.ts'
import type { Services } from './graphql/context.ts'
import { guarded, SILENT } from '../util/logger.ts'
import { type RelayOptions, settleOptions } from './options.ts'
import { checkOptions } from './checked-options.ts'
import { openMongo } from './open-mongo.ts'
import { createRelayMetrics } from './relay-metrics.ts'
import { createSandbox } from './sandbox.ts'
import { type Addresses, createServers } from './servers.ts'
import { createRateLimitedWarn } from '../util/rate-limited-log.ts'
import { singleFlight } from '../util/single-flight.ts'
import { settledWithin } from '../util/settled-within.ts'
import { findTrace } from './telemetry/find-trace.ts'
import { createConnectionCounts } from './transport/connection-counts.ts'
import { createExpiry } from './transport/expiry.ts'
import { readVersion } from '../util/version.ts'

/** A running relay. */
export interface Relay {
  /**
   * Where the live page is, such as `http://127.0.0.1:8888/`; a name that a browser can open also for wildcard hosts.
   */
  readonly url: string
  /**
   * Where GraphQL is: POST, server-sent events, WebSocket (with `ws:` instead of `http:`), and GraphiQL for browsers.
   */
  readonly graphqlUrl: string
  /** The embedded engine's connection string; absent with a MongoDB of one's own. */
  readonly engineUri?: string
  /** Where metrics are served at a port of their own; absent without `metricsPort`. */
  readonly metricsUrl?: string
  /**
   * Stops: says so at `/readyz`, serves for `drainDelayMs` more, then closes all cursors at once, tells subscribers
   * `SHUTTING_DOWN`, closes what was opened, and stops the embedded engine. Idempotent. Afterwards nothing is left
   * open.
   */
  stop(): Promise<void>
  /** What the relay's feed has done since it started, and what it holds now. */
  stats(): FeedStats
}

/**
 * Starts a relay, and with it the embedded engine when there is no `mongoUri`. Starts also while MongoDB cannot be
 * reached; it then says so in its log, keeps trying, and subscribers wait for `startTimeoutMs`.
 *
 * @throws RelayError `BAD_USER_INPUT` when an option is not known, when the URI, the namespace, an origin, a trusted
 *   proxy, `auth` or a rule is not valid,
 * and when everybody could read everything: without authentication on an address that others can reach
 * @throws Error with the code `EADDRINUSE` and the like when it cannot listen
 */
export async function createRelay(given: RelayOptions = {}): Promise<Relay> {
  const options = settleOptions(given)
  const log = guarded(options.log ?? SILENT)
  const { drainDelayMs } = options
  const { pageRoot = fileURLToPath(new URL('../../dist/web/', import.meta.url)) } = options
  const { namespace, authenticator, origins, policy } = await checkOptions(options)
  const { deployment, engine } = await openMongo(options)
  const version = readVersion()
  const trace = await findTrace(version)
  const connections = createConnectionCounts()
  let stopping: Promise<void> | undefined

  const trouble = () => (stopping ? 'The relay is shutting down' : feed.trouble())
  const wantsMetrics = options.metricsToken !== undefined || options.metricsPort !== undefined
  const metrics = wantsMetrics
    ? await createRelayMetrics({
        version,
        deployment,
        connections,
        stats: () => feed.stats(),
        isReady: () => trouble() === undefined,
      })
    : undefined
  const warnOfLimit = createRateLimitedWarn({ log, now: () => performance.now() })
  const noteLimit = (message: string) => warnOfLimit(message, { code: 'LIMIT_EXCEEDED' }, message)
  const feed = createFeed({
    source: createMongoSource(deployment, { backoff: options.backoff }),
    defaultScope: namespace,
    limits: options,
    log,
    noteLimit,
    trace,
    onDelivered: metrics?.observeLag,
  })
  const askVersion = singleFlight(() => serverVersion(deployment))
  const services: Services = {
    feed,
    policy,
    maxTokenBytes: options.maxTokenBytes,
    listNamespaces: createNamespaceList(deployment),
    serverVersion: () => askVersion(undefined),
    version,
    defaultNamespace: namespace,
    // its filters could be used to look into what rules hide
    ...(engine && policy.isOpen ? { sandbox: createSandbox(engine) } : {}),
    reportError: (err) => log.error({ err }, 'Unexpected error'),
    noteLimit,
    trace,
    countErrors: (errors) => errors.forEach(({ extensions }) => metrics?.countError(extensions?.['code'])),
  }
  const { cookie, expiryGraceMs = EXPIRY_GRACE_MS, expiryCheckMs = EXPIRY_CHECK_MS } = options.auth ?? {}
  const expiry = createExpiry({ graceMs: expiryGraceMs, checkMs: expiryCheckMs, now: options.now ?? Date.now })
  const servers = createServers(options, {
    services,
    authentication: { authenticator, expiry, origins, cookie },
    connections,
    metrics,
    pageRoot,
    trouble,
  })

  const stop = () => (stopping ??= stopAll())
  const stopAll = async () => {
    if (drainDelayMs > 0 && servers.isListening) {
      log.info({ drainDelayMs }, 'Draining')
      // balancers see that the relay is not ready and go elsewhere before it stops answering
      await delay(drainDelayMs)
    }
    log.info({}, 'Stopping')
    await servers.stop(() => feed.stop())
    await deployment.close()
    await engine?.stop()
    await servers.stopMetrics()
    log.info({}, 'Stopped')
  }

  let addresses: Addresses
  try {
    addresses = await servers.listen()
  } catch (error) {
    await stop()
    throw error
  }
  log.info({ url: addresses.url, version, ns: options.namespace, embedded: engine !== undefined }, 'Listening')
  await settledWithin(feed.ready, options.readyTimeoutMs)
  return { ...addresses, ...(engine ? { engineUri: engine.uri } : {}), stop, stats: feed.stats }
}
