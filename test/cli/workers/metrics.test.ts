import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createProgramMetrics, type Measured } from '../../../src/cli/workers/metrics.ts'
import { createCounters, type FeedStats } from '../../../src/relay/feed/stats.ts'
import { createMetrics } from '../../../src/relay/telemetry/metrics.ts'

/** What a worker counts, by name. */
type Counted = Partial<Record<keyof FeedStats, number>>

function createWorker(counted: Counted = {}, isReady = true) {
  const zero = ['upstreams', 'interruptedUpstreams', 'subscribers', 'cohorts', 'stuckSubscribers', 'runningCatchUps']
  const names = [...zero, 'waitingCatchUps', 'windowEvents', 'windowBytes']
  const stats = { ...createCounters(), ...Object.fromEntries(names.map((name) => [name, 0])), ...counted }
  const metrics = createMetrics({
    version: '1.2.3',
    source: () => ({
      // all that there are, by name
      stats: stats as unknown as FeedStats,
      connections: { webSockets: 3, eventStreams: 1 },
      isReady,
      oplogStartSeconds: 100,
      nowSeconds: 1_000,
    }),
  })
  const worker = { isGone: false, stats: stats as Record<string, number>, metrics }
  const values: Measured['values'] = () => (worker.isGone ? Promise.reject(new Error('gone')) : metrics.values())
  return { ...worker, values, die: () => (worker.isGone = true) }
}

/** The value of a series, as Prometheus would read it. */
function valueOf(text: string, series: string): number {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.split(' ').at(-1) ?? NaN)
}

describe('the metrics of several workers', () => {
  it('are sums, but where one value says it for all', async () => {
    const one = createWorker({ deliveries: 5, subscribers: 2, oldestEventSeconds: 900, oldestPositionSeconds: 300 })
    const other = createWorker({ deliveries: 7, subscribers: 1, oldestEventSeconds: 400 }, false)
    one.metrics.observeLag(20)
    other.metrics.observeLag(30_000)
    other.metrics.countError('LIMIT_EXCEEDED')
    const { contentType, text } = await createProgramMetrics(
      () => [one, other],
      () => ({ serving: 2, ended: 4 }),
    ).read()
    expect(contentType).toContain('text/plain')
    const expected = {
      tailrace_deliveries_total: 12,
      tailrace_subscriptions: 3,
      'tailrace_connections{transport="websocket"}': 6,
      'tailrace_errors_total{code="LIMIT_EXCEEDED"}': 1,
      'tailrace_errors_total{code="FORBIDDEN"}': 0,
      tailrace_delivery_lag_seconds_count: 2,
      'tailrace_delivery_lag_seconds_bucket{le="0.025"}': 1,
      'tailrace_build_info{version="1.2.3"}': 1,
      tailrace_ready: 0,
      tailrace_window_age_seconds: 600,
      tailrace_oplog_window_seconds: 200,
      tailrace_workers: 2,
      tailrace_worker_ends_total: 4,
    }
    expect(Object.fromEntries(Object.keys(expected).map((series) => [series, valueOf(text, series)]))).toEqual(expected)
    expect(valueOf(text, 'process_start_time_seconds')).toBeCloseTo(Date.now() / 1_000 - process.uptime(), -1)
    // each of the three has this process's, and what is compared is the fullest with its own limit
    expect(valueOf(text, 'process_open_fds')).toBeLessThanOrEqual(valueOf(text, 'process_max_fds'))
    expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(2 * process.memoryUsage.rss())
    // one series each, and no line that is no sample
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    const names = samples.map((line) => line.replace(/ \S+$/, ''))
    expect(new Set(names).size).toBe(names.length)
    expect(samples.filter((line) => !/^[a-zA-Z_:][\w:]*(?:\{.*\})? [-+\d.eInf]+$/.test(line))).toEqual([])
  })

  it('never count backwards, whichever workers end, answer late or come', async () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant('deliver' as const), at: fc.nat(9), by: fc.nat(20) }),
      fc.record({ does: fc.constant('end' as const), at: fc.nat(9), by: fc.constant(0) }),
      fc.record({ does: fc.constant('come' as const), at: fc.constant(0), by: fc.nat(20) }),
      fc.record({ does: fc.constant('read' as const), at: fc.constant(0), by: fc.constant(0) }),
      // one ends while it is asked
      fc.record({ does: fc.constant('read as it ends' as const), at: fc.nat(9), by: fc.constant(0) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let workers = [createWorker(), createWorker()]
        const metrics = createProgramMetrics(
          () => workers,
          () => ({ serving: workers.length, ended: 0 }),
        )
        let seen = 0
        const read = async () => {
          const { text } = await metrics.read()
          const now = valueOf(text, 'tailrace_deliveries_total')
          expect(now).toBeGreaterThanOrEqual(seen)
          seen = now
        }
        const end = (at: number) => {
          const worker = workers[at % workers.length]
          if (!worker) return
          worker.die()
          workers = workers.filter((one) => one !== worker)
          metrics.retire(worker)
        }
        await read()
        for (const { does, at, by } of steps) {
          const worker = workers[at % Math.max(1, workers.length)]
          if (does === 'deliver' && worker) worker.stats['deliveries'] = (worker.stats['deliveries'] ?? 0) + by
          else if (does === 'come') workers = [...workers, createWorker({ deliveries: by })]
          else if (does === 'end') end(at)
          else if (does === 'read as it ends') {
            const reading = read()
            end(at)
            await reading
          } else await read()
        }
        await read()
        // what lives counts in full
        expect(seen).toBeGreaterThanOrEqual(workers.reduce((sum, { stats }) => sum + (stats['deliveries'] ?? 0), 0))
      }),
      { numRuns: 40 },
    )
  })
})
