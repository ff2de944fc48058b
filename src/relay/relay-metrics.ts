import type { Deployment } from './mongo/deployment.ts'
import { readOplogStart } from './mongo/oplog-start.ts'
import type { FeedStats } from './feed/stats.ts'
import type { Metrics } from './telemetry/metrics.ts'
import type { ConnectionCounts } from './transport/connection-counts.ts'
import { cached } from './cached.ts'

/** What the metrics of a relay are read from. */
export interface RelayMetricsOptions {
  readonly version: string
  readonly deployment: Deployment
  readonly connections: ConnectionCounts
  readonly stats: () => FeedStats
  /** Whether `/readyz` says so. */
  readonly isReady: () => boolean
}

/** How old the knowledge of where the oplog begins may be, in milliseconds. */
const OPLOG_START_MS = 60_000

/** Creates the metrics of a relay. Their library is loaded on demand: most relays have none. */
export async function createRelayMetrics(options: RelayMetricsOptions): Promise<Metrics> {
  const { version, deployment, connections, stats, isReady } = options
  const { createMetrics } = await import('./telemetry/metrics.ts')
  const oplogStart = cached(() => readOplogStart(deployment), {
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
    }),
  })
}
