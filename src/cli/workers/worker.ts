import cluster from 'node:cluster'
import { startRelay, type StartedRelay } from '../../adapters/node/relay.ts'
import { settleOptions } from '../../relay/options.ts'
import { createRelayMetrics } from '../../relay/relay-metrics.ts'
import type { Metrics } from '../../relay/telemetry/metrics.ts'
import type { MetricsText } from '../../relay/transport/http/metrics.ts'
import { type Logger, withFields } from '../../util/logs/logger.ts'
import { readCommand } from '../command.ts'
import type { Config, Settings } from '../config-file/read-config.ts'
import { fromKept } from '../config-file/read-text.ts'
import type { Environment } from '../config-file/secret-refs.ts'
import { toFailure } from '../failure.ts'
import { toRelayOptions } from '../relay-options.ts'
import { UsageError } from '../usage-error.ts'
import { toPrimarysEngine } from './engine-link.ts'
import { partOfLimits } from './limits.ts'
import { createLink, type Link } from './link.ts'
import type { Order, Started } from './orders.ts'

/** What a worker has of its process. */
export interface WorkerOptions {
  readonly env: Environment
  startLog(settings: Settings, format: 'json' | 'text'): Promise<Logger>
  /** Ends the process, after the worker has stopped. */
  exit(): void
}

/**
 * Serves as one of several workers: asks the primary for its order, and does it. A worker that cannot start says so to
 * the primary alone. One whose primary is gone ends at once, which `cluster` sees to.
 *
 * @throws Error in a process that is no worker
 */
export async function runWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { worker } = cluster
  if (!worker) throw new UsageError('`tailrace worker` is for tailrace itself: --workers says how many it starts')
  const own: { starting?: Promise<StartedRelay>; metrics?: Metrics } = {}
  const stop = async () => (await own.starting)?.relay.stop()
  const link = createLink(worker, {
    trouble: async () => (await own.starting)?.trouble(),
    metrics: () => own.metrics?.values(),
    stop: () => stop().finally(options.exit),
  })
  const order = await link.ask<Order | null>('order')
  if (order === null) {
    // it is not needed any more
    options.exit()
    return { stop }
  }
  own.starting = obey(order, link, options, (metrics) => (own.metrics = metrics))
  const started = await own.starting.then(
    ({ relay: { url, graphqlUrl } }): Started => ({ url, graphqlUrl }),
    (error: unknown): Started => ({ failure: toFailure(error) }),
  )
  await link.ask('started', started)
  return { stop }
}

async function obey(
  order: Order,
  primary: Link,
  { env, startLog }: WorkerOptions,
  onMetrics: (own: Metrics) => void,
): Promise<StartedRelay> {
  const { args, files, port, engineUri, index } = order
  const command = await readCommand(args, env, fromKept(new Map(files)))
  if (command.run !== 'relay') throw new Error('The primary has read something else')
  const { config } = command
  const log = withFields(await startLog(config.settings, order.logFormat), { worker: index + 1 })
  const own = toWorkerConfig(config, order)
  return startRelay(settleOptions({ ...toRelayOptions(own), port, log }), {
    engine: engineUri === undefined ? undefined : toPrimarysEngine(engineUri, primary),
    createMetrics: wantsMetrics(config)
      ? async (source) => {
          const metrics = await createRelayMetrics(source)
          onMetrics(metrics)
          // whichever worker is asked
          return { ...metrics, read: () => primary.ask<MetricsText>('read') }
        }
      : undefined,
  })
}

// the port of the metrics is the primary's
function toWorkerConfig(config: Config, place: Order): Config {
  return { ...config, settings: { ...config.settings, ...partOfLimits(config, place), metricsPort: undefined } }
}

function wantsMetrics({ settings }: Config): boolean {
  return settings.metricsToken !== undefined || settings.metricsPort !== undefined
}
