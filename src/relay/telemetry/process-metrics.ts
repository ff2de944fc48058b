import { type Aggregator, collectDefaultMetrics, Registry } from 'prom-client'

/** Where the library's choice for several processes hides what an operator looks for. */
const OVERALL: Readonly<Record<string, Aggregator>> = {
  // by which Prometheus knows that counters began anew
  process_start_time_seconds: 'min',
  // of the process that is nearest to its limit
  process_open_fds: 'max',
  process_max_fds: 'min',
  nodejs_eventloop_lag_seconds: 'max',
  nodejs_eventloop_lag_p50_seconds: 'max',
  nodejs_eventloop_lag_p90_seconds: 'max',
  nodejs_eventloop_lag_p99_seconds: 'max',
}

/** Of the process, not of a relay: observed once, however many relays there are. */
let registry: Registry | undefined

/** The metrics of this process and of Node. */
export function processMetrics(): Registry {
  if (registry) return registry
  registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const [name, aggregator] of Object.entries(OVERALL)) {
    const metric = registry.getSingleMetric(name)
    // the library takes none for its own metrics, and asks each for it when it is read
    if (metric) Object.assign(metric, { aggregator })
  }
  return registry
}
