import type { Metrics } from './telemetry/metrics.ts'
import type { MetricsOf } from './services.ts'
import { cached } from './cached.ts'

/** How old the knowledge of where the oplog begins may be, in milliseconds. */
const OPLOG_START_MS = 60_000

/** Creates the metrics of a relay. Their library is loaded on demand: most relays have none. */
export async function createRelayMetrics(options: MetricsOf): Promise<Metrics> {
  const { version, origin, connections, stats, isReady } = options
  const { createMetrics } = await import('./telemetry/metrics.ts')
  const oplogStart = cached(() => origin.historyStart(), {
    maxAgeMs: OPLOG_START_MS,
    now: () => performance.now(),
  })
  return createMetrics({
    version,
    source: () => ({
      stats: stats(),
      connections,
      isReady: isReady(),
      oplogStartSeconds: oplogStart(),
      nowSeconds: Date.now() / 1_000,
      backbone: origin.backbone?.(),
    }),
  })
}
