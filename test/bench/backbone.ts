import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { hasNatsServer, type NatsServer, NO_NATS_SERVER, startNatsServer } from '../support/nats-server.ts'
import { startProcess, type TestProcess } from '../support/process/start-process.ts'
import { DB } from './database.ts'
import { type BenchDeployment, openBenchDeployment } from './deployment.ts'
import { median, percentile, printMarkdown } from './figures.ts'
import type { ReadCost } from './readers-process.ts'
import { benchDocument, LAST } from './rig.ts'

const ROUNDS = 3
const EVENTS = 20_000
const BATCH = 1_000
const BEHIND = 50_000
const RATE = 100
const SECONDS = 8

const BACKBONE = new URL('./servers/backbone-process.ts', import.meta.url)
const READERS = new URL('./readers-process.ts', import.meta.url)

/** A way for changes to a relay. */
interface Way {
  readonly deployment: BenchDeployment
  readonly relay: TestProcess
  readonly url: string
  readonly ingester: TestProcess | undefined
  readonly broker: NatsServer | undefined
}

/** CPU in microseconds, of each that has a part. */
interface Used {
  readonly relay: number
  readonly ingester: number
  readonly broker: number
}

/** What a backbone costs, beside a relay that reads from MongoDB, and how fast an ingester is. */
export async function benchBackbone(): Promise<void> {
  if (!hasNatsServer) return console.log(NO_NATS_SERVER)
  await benchWays()
  await benchBehind()
}

async function benchWays(): Promise<void> {
  const kinds = [
    ['from MongoDB', false],
    ['through a backbone', true],
  ] as const
  const costs = new Map<string, (Used & { perSecond: number })[]>(kinds.map(([label]) => [label, []]))
  const lags = new Map<string, number[][]>(kinds.map(([label]) => [label, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [label, isBackbone] of round % 2 ? kinds.toReversed() : kinds) {
      await onWay(isBackbone, async (way) => {
        costs.get(label)?.push(await measureIntake(way))
        lags.get(label)?.push(await measureLag(way))
      })
    }
  }
  const middle = (label: string, of: keyof Used | 'perSecond') => median((costs.get(label) ?? []).map((one) => one[of]))
  printMarkdown(
    [
      `${EVENTS.toLocaleString('en')} inserts in batches of ${BATCH}, one filtered subscriber`,
      ...['relay, µs of CPU per event', 'ingester', 'broker', 'together', 'events per second'],
    ],
    kinds.map(([label]) => {
      const each = (['relay', 'ingester', 'broker'] as const).map((of) => middle(label, of))
      const all = each.reduce((sum, one) => sum + one, 0)
      return [
        label,
        ...[...each, all].map((one) => one.toFixed(1)),
        Math.round(middle(label, 'perSecond')).toLocaleString('en'),
      ]
    }),
  )
  printMarkdown(
    [`${RATE} inserts a second, from the insert to the client`, 'p50, ms', 'p99, ms'],
    kinds.map(([label]) => [
      label,
      ...[50, 99].map((percent) => median((lags.get(label) ?? []).map((one) => percentile(one, percent))).toFixed(1)),
    ]),
  )
}

/** A log that is behind: an ingester that copies what has been written, beside the driver that only reads it. */
async function benchBehind(): Promise<void> {
  const costs = new Map<string, ReadCost[]>()
  for (let round = 0; round < ROUNDS; round++) {
    await onWay(true, async ({ deployment, relay, ingester, broker }) => {
      await relay.stop()
      await ingester?.stop()
      const reply = await deployment.client.db('admin').command({ ping: 1 })
      // a server tells it with every reply
      const { t, i } = reply['operationTime'] as { t: number; i: number }
      const collection = deployment.client.db(DB).collection('c')
      for (let sent = 0; sent < BEHIND; sent += BATCH) {
        await collection.insertMany(Array.from({ length: BATCH }, (_, n) => benchDocument(sent + n)))
      }
      await collection.insertOne(benchDocument(LAST))
      const { uri } = deployment
      const measures: [string, URL, string, unknown][] = [
        ['an ingester copies them', BACKBONE, 'behind', { uri, nats: broker?.url, events: BEHIND }],
        [
          'bare `for await` over `collection.watch()`',
          READERS,
          'read',
          { kind: 'driver-field', uri, at: { t, i: i + 1 } },
        ],
      ]
      for (const [label, file, what, given] of round % 2 ? measures.toReversed() : measures) {
        const process = startProcess(file)
        costs.set(label, [...(costs.get(label) ?? []), await process.ask<ReadCost>(what, given)])
        await process.stop()
      }
    })
  }
  printMarkdown(
    [`${BEHIND.toLocaleString('en')} events that are there already`, 'CPU, µs per event', 'events per second'],
    [...costs].map(([label, all]) => [
      label,
      (median(all.map(({ cpuMicros }) => cpuMicros)) / BEHIND).toFixed(1),
      Math.round((BEHIND / median(all.map(({ wallMs }) => wallMs))) * 1_000).toLocaleString('en'),
    ]),
  )
}

async function onWay(isBackbone: boolean, run: (way: Way) => Promise<void>): Promise<void> {
  const deployment = await openBenchDeployment()
  const broker = isBackbone ? await startNatsServer() : undefined
  const ingester = isBackbone ? startProcess(BACKBONE) : undefined
  const relay = startProcess(BACKBONE)
  try {
    const { uri } = deployment
    await ingester?.ask('ingester', { uri, nats: broker?.url })
    const url = await relay.ask<string>('relay', broker ? { nats: broker.url } : { uri })
    const way = { deployment, relay, url, ingester, broker }
    // twice: the first time warms it up
    await measureIntake(way)
    await run(way)
  } finally {
    await relay.stop()
    await ingester?.stop()
    await broker?.stop()
    await deployment.stop()
  }
}

async function measureIntake(way: Way): Promise<Used & { perSecond: number }> {
  const collection = way.deployment.client.db(DB).collection('c')
  let arrived = false
  const first = next(way.url, LAST).then(() => (arrived = true))
  while (!arrived) {
    await collection.insertOne(benchDocument(LAST))
    await Promise.race([first, delay(200)])
  }
  const end = next(way.url, LAST)
  await delay(500)
  const before = await used(way)
  const startMs = performance.now()
  for (let sent = 0; sent < EVENTS; sent += BATCH) {
    await collection.insertMany(Array.from({ length: BATCH }, (_, i) => benchDocument(sent + i)))
  }
  await collection.insertOne(benchDocument(LAST))
  await end
  const seconds = (performance.now() - startMs) / 1_000
  const after = await used(way)
  const per = (of: keyof Used) => (after[of] - before[of]) / EVENTS
  return { relay: per('relay'), ingester: per('ingester'), broker: per('broker'), perSecond: EVENTS / seconds }
}

async function measureLag({ deployment, url }: Way): Promise<number[]> {
  const collection = deployment.client.db(DB).collection('c')
  const client = createClient({ url, webSocketImpl: WebSocket })
  const lags: number[] = []
  const query = `subscription { changes(db: "${DB}", coll: "c") { fullDocument } }`
  const count = RATE * SECONDS
  const done = (async () => {
    for await (const { data } of client.iterate<{ changes: { fullDocument: { at: number } } }>({ query })) {
      if (data) lags.push(performance.timeOrigin + performance.now() - data.changes.fullDocument.at)
      if (lags.length >= count) break
    }
  })()
  await delay(500)
  const startMs = performance.now()
  for (let n = 0; n < count; n++) {
    void collection.insertOne(benchDocument(n))
    await delay(startMs + ((n + 1) * 1_000) / RATE - performance.now())
  }
  await done
  await client.dispose()
  return lags
}

async function next(url: string, number: number): Promise<void> {
  const client = createClient({ url, webSocketImpl: WebSocket })
  const query = `subscription($where: EJSON) { changes(db: "${DB}", coll: "c", where: $where) { operationType } }`
  for await (const { data } of client.iterate({
    query,
    variables: { where: { 'fullDocument.n': { $lte: number } } },
  })) {
    if (data) break
  }
  await client.dispose()
}

async function used({ relay, ingester, broker }: Way): Promise<Used> {
  const [ofRelay, ofIngester] = await Promise.all([relay.usage(), ingester?.usage()])
  return {
    relay: ofRelay.cpuMicros,
    ingester: ofIngester?.cpuMicros ?? 0,
    broker: broker ? cpuMicrosOf(broker.pid) : 0,
  }
}

/** CPU of a process that does not tell it, on Linux: in ticks of 10 ms. */
function cpuMicrosOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
