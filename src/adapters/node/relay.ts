import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkOptions } from '../../relay/checked-options.ts'
import { createCore, type CoreParts } from '../../relay/core.ts'
import type { FeedStats } from '../../relay/feed/stats.ts'
import { type RelayOptions, type SettledOptions, settleOptions } from '../../relay/options.ts'
import { createRelayMetrics } from '../../relay/relay-metrics.ts'
import { findTrace } from '../../relay/telemetry/find-trace.ts'
import { guarded, SILENT } from '../../util/logs/logger.ts'
import { settledWithin } from '../../util/waiting/settled-within.ts'
import { VERSION } from '../../util/version.generated.ts'
import type { EngineAccess } from './open-mongo.ts'
import { openOrigin } from './open-origin.ts'
import { readGraphiqlPage, readPageFiles } from './page-folder.ts'
import { createSandbox } from './sandbox.ts'
import { type Addresses, createServers } from './servers.ts'

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

/** The folders of pages, beside the sources and beside what is built of them. */
const DIST = new URL('../../../dist/', import.meta.url)

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
  return (await startRelay(settleOptions(given))).relay
}

/** What a relay is given where it is one of several processes. */
export interface SharedParts {
  /** The embedded engine, which another process runs; absent with a MongoDB of one's own. */
  readonly engine?: EngineAccess | undefined
  /** Makes the metrics, where they are wanted. */
  readonly createMetrics?: CoreParts['createMetrics']
}

/** A relay as the program has it. */
export interface StartedRelay {
  readonly relay: Relay
  /** Why it cannot serve now, as `/readyz` says; `undefined` when it can. */
  trouble(): string | undefined
}

/** Starts a relay as {@link createRelay} does, alone or with what it shares with other processes. */
export async function startRelay(options: SettledOptions, shared?: SharedParts): Promise<StartedRelay> {
  const log = guarded(options.log ?? SILENT)
  const { drainDelayMs, metricsToken, metricsPort } = options
  const { pageRoot = fileURLToPath(new URL('web/', DIST)) } = options
  const checked = await checkOptions(options)
  const { origin, engine, ingester } = await openOrigin(options, shared?.engine)
  const ownMetrics = metricsToken === undefined && metricsPort === undefined ? undefined : createRelayMetrics
  const core = await createCore(options, {
    checked,
    origin,
    sandbox: engine && createSandbox(engine),
    page: readPageFiles(pageRoot),
    graphiql: readGraphiqlPage(fileURLToPath(new URL('graphiql/', DIST))),
    trace: await findTrace(VERSION),
    createMetrics: shared ? shared.createMetrics : ownMetrics,
  })
  const servers = createServers(options, core)
  let stopping: Promise<void> | undefined

  const stop = () => (stopping ??= stopAll())
  const stopAll = async () => {
    core.announceStop()
    if (drainDelayMs > 0 && servers.isListening) {
      log.info({ drainDelayMs }, 'Draining')
      // balancers see that the relay is not ready and go elsewhere before it stops answering
      await delay(drainDelayMs)
    }
    log.info({}, 'Stopping')
    await ingester?.stop()
    await core.stop(servers.stop())
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
  log.info({ url: addresses.url, version: VERSION, ns: options.namespace, embedded: engine !== undefined }, 'Listening')
  await settledWithin(core.ready, options.readyTimeoutMs)
  const relay = { ...addresses, ...(engine ? { engineUri: engine.uri } : {}), stop, stats: core.stats }
  return { relay, trouble: core.trouble }
}
