import { setTimeout as delay } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import { median, percentile, printMarkdown } from './figures.ts'
import { type BenchDocument, benchDocument, onRig } from './rig.ts'
import type { ServerName } from './servers/process.ts'
import type { ExtraRequest } from './subscribers-process.ts'

const ROUNDS = 3
const SUBSCRIBERS = 1_000
const RATE = 100
const EVENTS = 300

interface Latency {
  readonly driver: readonly number[]
  readonly received: readonly number[]
}

/**
 * Events that fill the sockets of those that do not read: more than the kernel's buffers and the relay's limit take.
 */
const FILLING_EVENTS = 500
const FILLING_BYTES = 50_000

interface Scenario {
  readonly label: string
  readonly server: ServerName
  /** How many more subscribers there are that are sent much before. Their own latency does not count. */
  readonly extra: number
  /** Whether those read nothing. */
  readonly isStuck: boolean
}

// Yoga does not reach this rate: a table would only tell how long the benchmark lasts
const SCENARIOS: readonly Scenario[] = [
  { label: 'Tailrace', server: 'tailrace', extra: 0, isStuck: false },
  { label: 'Tailrace, ten more that have read 25 MB', server: 'tailrace', extra: 10, isStuck: false },
  { label: 'Tailrace, ten more that read nothing of them', server: 'tailrace', extra: 10, isStuck: true },
  { label: 'bare `ws`', server: 'bare', extra: 0, isStuck: false },
]

/**
 * How long events take from insert to receipt at 1,000 subscribers and 100 events/s, beside a bare driver change
 * stream.
 */
export async function benchLatency(): Promise<void> {
  const rows = new Map<Scenario, Latency[]>(SCENARIOS.map((scenario) => [scenario, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const scenario of round % 2 ? SCENARIOS.toReversed() : SCENARIOS) {
      rows.get(scenario)?.push(await measure(scenario))
    }
  }
  const of = (all: readonly Latency[], who: keyof Latency, percent: number) =>
    median(all.map((one) => percentile(one[who], percent)))
  printMarkdown(
    ['insert to receipt, ms', 'driver p50', 'driver p99', 'p50', 'p99', 'added p50', 'added p99'],
    [...rows].map(([{ label }, all]) => {
      const [p50, p99] = [of(all, 'received', 50), of(all, 'received', 99)]
      const [driver50, driver99] = [of(all, 'driver', 50), of(all, 'driver', 99)]
      return [label, ...[driver50, driver99, p50, p99, p50 - driver50, p99 - driver99].map((ms) => ms.toFixed(1))]
    }),
  )
}

function measure({ server, extra, isStuck }: Scenario): Promise<Latency> {
  const count = SUBSCRIBERS + extra
  return onRig({ server, count, cohorts: 0 }, async ({ collection, database, subscribers, received }) => {
    if (extra > 0) {
      await subscribers.ask('setApart', { count: extra, isStuck } satisfies ExtraRequest)
      // until the subscription is open, and its socket full
      for (let n = 0; n < FILLING_EVENTS; n += 10) {
        const filling = Array.from({ length: 10 }, () => benchDocument(0, FILLING_BYTES))
        await database.collection<BenchDocument>('big').insertMany(filling)
        await delay(10)
      }
    }
    const driver: number[] = []
    const stream = collection.watch()
    stream.on('change', (event) => {
      if (event.operationType === 'insert') driver.push(now() - event.fullDocument.at)
    })
    await delay(500)
    const all = received(EVENTS)
    await insertAtRate(collection)
    await all
    await stream.close()
    return { driver, received: await subscribers.ask<number[]>('latencies') }
  })
}

// one that is late does not hold up the next one: that would hide the worst
async function insertAtRate(collection: Collection<BenchDocument>): Promise<void> {
  const inserts: Promise<unknown>[] = []
  const startMs = performance.now()
  for (let n = 0; n < EVENTS; n++) {
    await delay(Math.max(0, startMs + (n * 1_000) / RATE - performance.now()))
    inserts.push(collection.insertOne(benchDocument(n)))
  }
  await Promise.all(inserts)
}

function now(): number {
  return performance.timeOrigin + performance.now()
}
