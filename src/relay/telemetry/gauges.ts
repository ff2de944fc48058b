import type { BackboneState } from '../changes/origin.ts'
import type { FeedStats } from '../feed/stats.ts'

/** What the metrics are read from, at each scrape. */
export interface MetricsSource {
  readonly stats: FeedStats
  readonly connections: { readonly webSockets: number; readonly eventStreams: number }
  readonly isReady: boolean
  /** The cluster time of the oldest oplog entry, in seconds since 1970; absent when it cannot be read. */
  readonly oplogStartSeconds: number | undefined
  /** The time, in seconds since 1970. */
  readonly nowSeconds: number
  /** How it stands with the backbone; absent without one. */
  readonly backbone?: BackboneState | undefined
}

/** A metric that is read at each scrape. */
export interface ScrapedMetric {
  readonly name: string
  readonly help: string
  /** Its value, or values by label; `undefined` when there is none now, and the metric is left out. */
  value(source: MetricsSource): number | Readonly<Record<string, number>> | undefined
  /** The name of the label, if there are values by label. */
  readonly label?: string
  /** Which of the values of several processes is that of all of them. Default: their sum. */
  readonly overall?: 'min' | 'max'
}

/** Metrics that may go up and down. */
export const GAUGES: readonly ScrapedMetric[] = [
  {
    name: 'tailrace_ready',
    help: 'Whether the default namespace is being watched, as /readyz says: 1 or 0',
    value: ({ isReady }) => Number(isReady),
    overall: 'min',
  },
  {
    name: 'tailrace_connections',
    help: 'Open WebSockets and event streams',
    label: 'transport',
    value: ({ connections }) => ({ websocket: connections.webSockets, sse: connections.eventStreams }),
  },
  {
    name: 'tailrace_subscriptions',
    help: 'Subscriptions at work',
    value: ({ stats }) => stats.subscribers,
  },
  {
    name: 'tailrace_subscriptions_stuck',
    help: 'Subscriptions whose clients do not read what waits for them',
    value: ({ stats }) => stats.stuckSubscribers,
  },
  {
    name: 'tailrace_cohorts',
    help: 'Groups of subscriptions that get equal bytes',
    value: ({ stats }) => stats.cohorts,
  },
  { name: 'tailrace_upstreams', help: 'Change streams that are shared', value: ({ stats }) => stats.upstreams },
  {
    name: 'tailrace_upstreams_interrupted',
    help: 'Shared change streams that cannot reach their server',
    value: ({ stats }) => stats.interruptedUpstreams,
  },
  { name: 'tailrace_window_events', help: 'Events in all windows', value: ({ stats }) => stats.windowEvents },
  { name: 'tailrace_window_bytes', help: 'Size of all windows as BSON', value: ({ stats }) => stats.windowBytes },
  {
    name: 'tailrace_window_age_seconds',
    help: 'Age of the oldest event in any window',
    value: ({ stats, nowSeconds }) => since(stats.oldestEventSeconds, nowSeconds),
    overall: 'max',
  },
  {
    name: 'tailrace_catch_ups_running',
    help: 'Subscriptions that catch up from the oplog',
    value: ({ stats }) => stats.runningCatchUps,
  },
  {
    name: 'tailrace_catch_ups_waiting',
    help: 'Subscriptions that wait to catch up',
    value: ({ stats }) => stats.waitingCatchUps,
  },
  {
    name: 'tailrace_oplog_window_seconds',
    help: 'Time from the oldest oplog entry to the subscription that is furthest behind; absent when the oplog cannot be read',
    value: ({ stats, oplogStartSeconds, nowSeconds }) =>
      oplogStartSeconds === undefined ? undefined : (stats.oldestPositionSeconds ?? nowSeconds) - oplogStartSeconds,
    overall: 'min',
  },
  {
    name: 'tailrace_backbone_connected',
    help: 'Whether the event backbone is connected: 1 or 0; absent without one',
    value: ({ backbone }) => backbone && Number(backbone.isConnected),
    overall: 'min',
  },
  {
    name: 'tailrace_backbone_mark_age_seconds',
    help: 'How long ago an ingester said how far a log is that is being read; of the one of which that is longest',
    value: ({ backbone }) => (backbone?.markAgeMs === undefined ? undefined : backbone.markAgeMs / 1_000),
    overall: 'max',
  },
]

/** Metrics that only grow, until the relay starts again. */
export const COUNTERS: readonly ScrapedMetric[] = [
  { name: 'tailrace_events_total', help: 'Change events that MongoDB delivered', value: ({ stats }) => stats.events },
  { name: 'tailrace_deliveries_total', help: 'Events given to subscriptions', value: ({ stats }) => stats.deliveries },
  {
    name: 'tailrace_snapshot_documents_total',
    help: 'Documents of snapshots given to subscriptions: part of the deliveries',
    value: ({ stats }) => stats.snapshotDocuments,
  },
  {
    name: 'tailrace_encodings_total',
    help: 'Events executed and encoded, once for each cohort',
    value: ({ stats }) => stats.encodings,
  },
  {
    name: 'tailrace_resumes_total',
    help: 'Subscriptions that continued after a resume token',
    value: ({ stats }) => stats.resumes,
  },
  {
    name: 'tailrace_catch_ups_total',
    help: 'Change streams opened for subscriptions outside the window',
    value: ({ stats }) => stats.catchUps,
  },
  {
    name: 'tailrace_slow_consumers_total',
    help: 'Subscriptions ended with SLOW_CONSUMER',
    value: ({ stats }) => stats.slowConsumers,
  },
  {
    name: 'tailrace_interruptions_total',
    help: 'Times that a shared change stream lost its server',
    value: ({ stats }) => stats.interruptions,
  },
]

// clocks of two machines
function since(seconds: number | undefined, nowSeconds: number): number | undefined {
  return seconds === undefined ? undefined : Math.max(0, nowSeconds - seconds)
}
