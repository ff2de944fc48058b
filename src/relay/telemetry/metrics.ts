import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ERROR_CODES } from '../../errors.ts'
import type { Change } from '../changes/change.ts'
import type { Scope } from '../changes/scope.ts'
import { COUNTERS, GAUGES, type MetricsSource, type ScrapedMetric } from './gauges.ts'
import { type MetricValues, toValues } from './metric-values.ts'
import { createNamespaceLabels, OTHER } from './namespace-labels.ts'
import { processMetrics } from './process-metrics.ts'

/** The metrics of one relay. */
export interface Metrics {
  /** Counts an error that a client was sent, by its code. */
  countError(code: unknown): void
  /** Counts events that a change stream delivered, by namespace; none when it opens. */
  countEvents(changes: readonly Change[], scope: Scope): void
  /** Notes how long after its write an event was given to subscriptions, in milliseconds; once for each batch. */
  observeLag(ms: number): void
  /** All metrics as Prometheus reads them. */
  read(): Promise<{ readonly contentType: string; readonly text: string }>
  /** The same as values, to be put together with those of other processes. */
  values(): Promise<MetricValues>
}

/** Options of {@link createMetrics}. */
export interface MetricsOptions {
  readonly source: () => MetricsSource
  readonly version: string
}

/** Upper bounds of the lag's buckets, in seconds. */
const LAG_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** What masked errors have for a code. */
const INTERNAL = 'INTERNAL_SERVER_ERROR'

/** Codes by which errors are counted; all others are masked ones. */
const CODES = new Set(Object.keys(ERROR_CODES))

/** Creates the metrics of a relay. Cost: nothing but the histogram until they are read. */
export function createMetrics({ source, version }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const errors = new Counter({
    name: 'tailrace_errors_total',
    help: 'Errors that clients were sent, by extensions.code; INTERNAL_SERVER_ERROR: masked, and in the log',
    labelNames: ['code'],
    registers,
  })
  // a series that appears with its first error hides that error from rates
  for (const code of [...CODES, INTERNAL]) errors.inc({ code }, 0)
  const labels = createNamespaceLabels()
  const events = new Counter({
    name: 'tailrace_namespace_events_total',
    help: 'Change events that MongoDB delivered, by namespace; other: those beyond the first 100, and without one',
    labelNames: ['namespace'],
    registers,
  })
  events.inc({ namespace: OTHER }, 0)
  const lag = new Histogram({
    name: 'tailrace_delivery_lag_seconds',
    help: 'Time from the write, by the clock of MongoDB, to its delivery; once for each batch',
    buckets: LAG_BUCKETS,
    registers,
  })
  const info = {
    name: 'tailrace_build_info',
    help: 'The version of Tailrace; that of Node is in nodejs_version_info',
    registers,
  }
  new Gauge({ ...info, labelNames: ['version'], aggregator: 'first' }).set({ version }, 1)
  const updates = [
    ...GAUGES.map((metric) => toGauge(metric, registers)),
    ...COUNTERS.map((metric) => toCounter(metric, registers)),
  ]
  const all = Registry.merge([registry, processMetrics()])
  const refresh = () => {
    const now = source()
    for (const update of updates) update(now)
  }

  return {
    countError: (code) => errors.inc({ code: typeof code === 'string' && CODES.has(code) ? code : INTERNAL }),
    countEvents(changes, scope) {
      for (const [namespace, count] of labels.count(changes, scope)) events.inc({ namespace }, count)
    },
    observeLag: (ms) => lag.observe(Math.max(0, ms) / 1_000),
    async read() {
      refresh()
      return { contentType: all.contentType, text: await all.metrics() }
    },
    values() {
      refresh()
      return toValues(all)
    },
  }
}

type Update = (source: MetricsSource) => void

function toGauge({ name, help, label, value, overall }: ScrapedMetric, registers: Registry[]): Update {
  const labelNames = label === undefined ? [] : [label]
  const gauge = new Gauge({ name, help, labelNames, registers, aggregator: overall ?? 'sum' })
  return (source) => {
    const values = value(source)
    gauge.reset()
    if (typeof values === 'number') gauge.set(values)
    // a gauge without labels is 0 by default
    else if (values === undefined) gauge.remove()
    else for (const [name, one] of Object.entries(values)) gauge.set({ [label ?? '']: name }, one)
  }
}

function toCounter({ name, help, value }: ScrapedMetric, registers: Registry[]): Update {
  const counter = new Counter({ name, help, registers })
  return (source) => {
    counter.reset()
    const now = value(source)
    if (typeof now === 'number') counter.inc(now)
  }
}
