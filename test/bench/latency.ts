import { setTimeout as delay } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import { median, percentile, printMarkdown } from './figures.ts'
import type { BenchDocument } from './rig.ts'
import { benchDocument, onRig } from './rig.ts'
import type { ServerName } from './servers/process.ts'

const ROUNDS = 3
const SUBSCRIBERS = 1_000
const RATE = 100
const EVENTS = 300

interface Latency {
  readonly driver: readonly number[]
  readonly received: readonly number[]
}

// Yoga does not reach this rate: a table would only tell how long the benchmark lasts
const SERVERS: readonly ServerName[] = ['tailrace', 'bare']

/** How long events take from insert to receipt at 1,000 subscribers and 100 events/s, beside a bare driver change stream. */
export async function benchLatency(): Promise<void> {
  const rows = new Map<ServerName, Latency[]>(SERVERS.map((server) => [server, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of round % 2 ? SERVERS.toReversed() : SERVERS) rows.get(server)?.push(await measure(server))
  }
  const of = (all: readonly Latency[], who: keyof Latency, percent: number) =>
    median(all.map((one) => percentile(one[who], percent)))
  printMarkdown(
    ['insert to receipt, ms', 'driver p50', 'driver p99', 'p50', 'p99', 'added p50', 'added p99'],
    [...rows].map(([server, all]) => {
      const [p50, p99] = [of(all, 'received', 50), of(all, 'received', 99)]
      const [driver50, driver99] = [of(all, 'driver', 50), of(all, 'driver', 99)]
      return [server, ...[driver50, driver99, p50, p99, p50 - driver50, p99 - driver99].map((ms) => ms.toFixed(1))]
    }),
  )
}

function measure(server: ServerName): Promise<Latency> {
  return onRig({ server, count: SUBSCRIBERS, cohorts: 0 }, async ({ collection, subscribers, received }) => {
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
