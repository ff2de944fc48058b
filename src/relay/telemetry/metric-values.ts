import { type Aggregator, AggregatorRegistry, type Registry } from 'prom-client'

/** One metric with its series, as JSON. */
export interface MetricValue {
  readonly name: string
  readonly help: string
  readonly type: string
  /** What becomes of the values of several processes; the library's own default is their sum. */
  readonly aggregator: Aggregator
  readonly values: readonly { readonly value: number; readonly labels: object; readonly metricName?: string }[]
}

/** The metrics of one process. */
export type MetricValues = readonly MetricValue[]

/** Reads a registry. What is no number, as when nothing was measured yet, is left out: JSON has no place for it. */
export async function toValues(registry: Registry): Promise<MetricValues> {
  const metrics = (await registry.getMetricsAsJSON()) as unknown as MetricValues
  return metrics.map((metric) => ({
    ...metric,
    values: metric.values.filter(({ value }) => Number.isFinite(value)),
  }))
}

/** The metrics of several processes as if they were of one, as Prometheus reads them. */
export async function overallText(all: readonly MetricValues[]): Promise<{ contentType: string; text: string }> {
  const registry = overall(all)
  return { contentType: registry.contentType, text: await registry.metrics() }
}

/** The sums of what only grows, so that it does not shrink when a process is gone. */
export function countersOf(all: readonly MetricValues[]): Promise<MetricValues> {
  return toValues(overall(all.map((values) => values.filter(({ type }) => GROWING.includes(type)))))
}

const GROWING = ['counter', 'histogram']

function overall(all: readonly MetricValues[]): Registry {
  return AggregatorRegistry.aggregate([...all])
}
