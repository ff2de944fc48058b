import { Counter, Gauge, Registry } from 'prom-client'
import type { IngestStats } from '../backbone/ingest/ingester.ts'
import { processMetrics } from './process-metrics.ts'

/** What is read from an ingester at each scrape; counters only grow. */
const INGEST_METRICS: readonly (readonly [
  kind: typeof Gauge | typeof Counter,
  name: string,
  help: string,
  of: keyof IngestStats,
])[] = [
  [
    Gauge,
    'tailrace_ingest_logs',
    'Logs of the backbone that this ingester writes, or would if nobody else did',
    'logs',
  ],
  [Gauge, 'tailrace_ingest_leading', 'Logs that it writes', 'leading'],
  [Counter, 'tailrace_ingest_takeovers_total', 'Times that it began to write a log', 'takeovers'],
  [Counter, 'tailrace_ingest_refused_total', 'Times that it stopped because another ingester writes', 'refused'],
  [Counter, 'tailrace_ingest_messages_total', 'Messages written to logs', 'messages'],
  [Counter, 'tailrace_ingest_events_total', 'Change events written to logs', 'events'],
  [Counter, 'tailrace_ingest_bytes_total', 'Size of these events as BSON', 'bytes'],
  [Counter, 'tailrace_ingest_gaps_total', 'Times that changes could not be had, so that a log has a gap', 'gaps'],
  [Counter, 'tailrace_ingest_documents_total', 'Documents read for the snapshots of relays', 'documents'],
]

/** Creates the metrics of an ingester. */
export function createIngestMetrics({
  version,
  stats,
  isReady,
}: {
  readonly version: string
  stats(): IngestStats
  isReady(): boolean
}) {
  const registry = new Registry()
  const registers = [registry]
  const info = {
    name: 'tailrace_build_info',
    help: 'The version of Tailrace; that of Node is in nodejs_version_info',
    registers,
  }
  new Gauge({ ...info, labelNames: ['version'] }).set({ version }, 1)
  const ready = new Gauge({
    name: 'tailrace_ready',
    help: 'Whether the backbone is being written, as /readyz says: 1 or 0',
    registers,
  })
  const all = INGEST_METRICS.map(([Kind, name, help, of]) => ({ metric: new Kind({ name, help, registers }), of }))
  const merged = Registry.merge([registry, processMetrics()])
  return {
    async read() {
      const now = stats()
      ready.set(Number(isReady()))
      for (const { metric, of } of all) {
        metric.reset()
        metric.inc(now[of])
      }
      return { contentType: merged.contentType, text: await merged.metrics() }
    },
  }
}
