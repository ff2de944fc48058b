import { badUserInput } from '../../errors.ts'
import type { Server } from 'node:http'
import type { Ingester, IngestStats } from '../../relay/backbone/ingest/ingester.ts'
import { type RelayOptions, type SettledOptions, settleOptions } from '../../relay/options.ts'
import { guarded, type Logger, SILENT } from '../../util/logs/logger.ts'
import { settledWithin } from '../../util/waiting/settled-within.ts'
import { VERSION } from '../../util/version.generated.ts'
import { listen, stopListening } from './listen.ts'
import { createMetricsServer } from './metrics-server.ts'
import { openMongo } from './open-mongo.ts'
import { openBroker, openIngester } from './open-origin.ts'

/** A process that copies changes to a backbone, and serves no subscribers. */
export interface RunningIngester {
  /** The embedded engine's connection string; absent with a MongoDB of one's own. */
  readonly engineUri?: string
  /** Where metrics are served; absent without `metricsPort`. */
  readonly metricsUrl?: string
  stats(): IngestStats
  /** Why it cannot copy now; `undefined` while it can. */
  trouble(): string | undefined
  /** Stops; another ingester takes over at once. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts to copy the changes of a MongoDB to a backbone. Starts also while either cannot be reached, and keeps trying.
 *
 * @throws RelayError `BAD_USER_INPUT` when an option is not valid, or no backbone is given
 */
export async function startIngester(given: RelayOptions): Promise<RunningIngester> {
  const options = settleOptions(given)
  const log = guarded(options.log ?? SILENT)
  if (options.backbone.length === 0) {
    throw badUserInput('An ingester needs `backbone`: the NATS servers to copy changes to')
  }
  const broker = await openBroker(options)
  const { origin, engine } = await openMongo(options)
  const ingester = await openIngester({ ...options, log }, broker, origin)
  const { metricsPort, metricsHost } = options
  const metricsServer = metricsPort === undefined ? undefined : await openMetrics(options, ingester, log)
  let metricsUrl: string | undefined
  try {
    if (metricsServer) metricsUrl = new URL('metrics', await listen(metricsServer, metricsHost, metricsPort ?? 0)).href
  } catch (error) {
    await stop()
    throw error
  }
  await settledWithin(ingester.ready, options.readyTimeoutMs)
  let stopping: Promise<void> | undefined
  return {
    ...(engine ? { engineUri: engine.uri } : {}),
    ...(metricsUrl === undefined ? {} : { metricsUrl }),
    stats: () => ingester.stats(),
    trouble: () => ingester.trouble(),
    stop: () => (stopping ??= stop()),
  }

  async function stop(): Promise<void> {
    await ingester.stop()
    await Promise.all([broker.close(), origin.close()])
    await engine?.stop()
    if (metricsServer) await stopListening(metricsServer, 0)
    log.info({}, 'Stopped')
  }
}

// its library is loaded on demand
async function openMetrics(options: SettledOptions, ingester: Ingester, log: Logger): Promise<Server> {
  const { createIngestMetrics } = await import('../../relay/telemetry/ingest-metrics.ts')
  const isReady = () => ingester.trouble() === undefined
  const { read } = createIngestMetrics({ version: VERSION, stats: () => ingester.stats(), isReady })
  const reportError = (err: unknown) => log.error({ err }, 'Unexpected error')
  return createMetricsServer(options, { read, trouble: () => ingester.trouble(), reportError })
}
