import { type MetricValues, countersOf, overallText, toValues } from '../../relay/telemetry/metric-values.ts'
import { processMetrics } from '../../relay/telemetry/process-metrics.ts'
import type { MetricsText } from '../../relay/transport/http/metrics.ts'

/** A worker whose metrics count. */
export interface Measured {
  values(): Promise<MetricValues>
}

/** What the program as a whole counts. */
export interface WorkerCounts {
  readonly serving: number
  /** How often one has ended that was not asked to. */
  readonly ended: number
}

/** The metrics of all workers and of the primary, as if they were of one process. */
export interface ProgramMetrics {
  /** A worker that does not answer counts with what it had counted when it last did. */
  read(): Promise<MetricsText>
  /**
   * Keeps what a worker that is gone had counted when it was last read: a sum that shrinks looks to Prometheus like one
   * that began anew, all of it at once.
   */
  retire(worker: Measured): void
}

/** Metrics of these workers. **Cost**: those of the last reading are kept, once for each worker. */
export function createProgramMetrics(workers: () => readonly Measured[], counts: () => WorkerCounts): ProgramMetrics {
  const last = new WeakMap<Measured, MetricValues>()
  const gone = new WeakSet<Measured>()
  let retired: Promise<MetricValues> = Promise.resolve([])

  const valuesOf = async (worker: Measured): Promise<MetricValues> => {
    const known = last.get(worker) ?? []
    try {
      const values = await worker.values()
      // what was kept of it does not have these
      if (gone.has(worker)) return await countersOf([known])
      last.set(worker, values)
      return values
    } catch {
      // it is gone, or too busy
      return countersOf([known])
    }
  }

  return {
    async read() {
      // a worker that ends meanwhile is in one of both, as it is when this begins
      const values = await Promise.all([...workers().map(valuesOf), retired, toValues(processMetrics())])
      return overallText([...values, ownValues(counts())])
    },
    retire(worker) {
      gone.add(worker)
      const values = last.get(worker)
      if (values) retired = retired.then((sums) => countersOf([sums, values]))
    },
  }
}

function ownValues({ serving, ended }: WorkerCounts): MetricValues {
  const one = (value: number) => ({ aggregator: 'sum', values: [{ value, labels: {} }] }) as const
  return [
    { name: 'tailrace_workers', help: 'Workers that serve', type: 'gauge', ...one(serving) },
    {
      name: 'tailrace_worker_ends_total',
      help: 'Times that a worker ended by itself, and another one took its place',
      type: 'counter',
      ...one(ended),
    },
  ]
}
