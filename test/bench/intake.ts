import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { median, printMarkdown } from './figures.ts'
import { type TestProcess, startProcess } from '../support/process/start-process.ts'
import { DB } from './database.ts'
import { openBenchDeployment } from './deployment.ts'
import type { ReadCost, ReaderKind, ReadRequest } from './readers-process.ts'
import { benchDocument, LAST } from './rig.ts'

const ROUNDS = 3
const EVENTS = 20_000
const BATCH = 1_000

interface Intake {
  readonly cpuMicros: number
  readonly perSecond: number
}

/** Settles when the last document has arrived. Called before anything is written. */
type WaitForLast = (server: TestProcess, url: string) => Promise<unknown>

/** What it costs to take events in: as they are written, and as fast as they can be read. */
export async function benchIntake(): Promise<void> {
  await benchWritten()
  await benchRead()
}

/**
 * As fast as the engine writes them: Tailrace with one subscriber whose filter matches the last event only, beside a
 * bare `for await` over the driver's change stream.
 */
async function benchWritten(): Promise<void> {
  const kinds: [string, string, WaitForLast][] = [
    ['Tailrace, decoded and filtered', 'tailrace', (_server, url) => subscribeToLast(url)],
    ['bare `for await` over `collection.watch()`', 'driver', (server) => server.ask('last', LAST)],
  ]
  const all = new Map<string, Intake[]>(kinds.map(([label]) => [label, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [label, name, wait] of round % 2 ? kinds.toReversed() : kinds) {
      all.get(label)?.push(await measure(name, wait))
    }
  }
  printMarkdown(
    [`${EVENTS.toLocaleString('en')} inserts in batches of ${BATCH}`, 'CPU, µs per event', 'events per second'],
    [...all].map(([label, costs]) => [
      label,
      median(costs.map(({ cpuMicros }) => cpuMicros)).toFixed(1),
      Math.round(median(costs.map(({ perSecond }) => perSecond))).toLocaleString('en'),
    ]),
  )
}

async function measure(name: string, wait: WaitForLast): Promise<Intake> {
  const deployment = await openBenchDeployment()
  const server = startProcess(new URL('./servers/process.ts', import.meta.url))
  const collection = deployment.client.db(DB).collection('c')
  try {
    const url = await server.ask<string>('start', { name, uri: deployment.uri })
    // twice: the first time warms it up
    let intake = { cpuMicros: NaN, perSecond: NaN }
    for (let run = 0; run < 2; run++) {
      let arrived = false
      const last = wait(server, url).then(() => (arrived = true))
      // until the stream is open, and reads
      while (!arrived) {
        await collection.insertOne(benchDocument(LAST))
        await Promise.race([last, new Promise((resolve) => setTimeout(resolve, 200))])
      }
      const end = wait(server, url)
      await new Promise((resolve) => setTimeout(resolve, 500))
      const before = await server.usage()
      const startMs = performance.now()
      for (let sent = 0; sent < EVENTS; sent += BATCH) {
        await collection.insertMany(Array.from({ length: BATCH }, (_, i) => benchDocument(sent + i)))
      }
      await collection.insertOne(benchDocument(LAST))
      await end
      const seconds = (performance.now() - startMs) / 1_000
      const { cpuMicros } = await server.usage()
      intake = { cpuMicros: (cpuMicros - before.cpuMicros) / EVENTS, perSecond: EVENTS / seconds }
    }
    return intake
  } finally {
    await server.stop()
    await deployment.stop()
  }
}

/**
 * As fast as they can be read: the events are in the oplog already, and everybody reads them from the same time on.
 * Tailrace here is its feed with one subscriber, without a socket; its JSON is the result of `{ changes { json } }`.
 */
async function benchRead(): Promise<void> {
  const kinds: [string, ReaderKind][] = [
    ['Tailrace, one field of each looked at', 'tailrace-field'],
    ['bare `for await`, one field of each looked at', 'driver-field'],
    ['Tailrace, each encoded', 'tailrace-json'],
    ['bare `for await`, `EJSON.stringify` of each', 'driver-json'],
  ]
  const all = new Map<string, ReadCost[]>(kinds.map(([label]) => [label, []]))
  const deployment = await openBenchDeployment()
  try {
    const collection = deployment.client.db(DB).collection('c')
    const reply = await deployment.client.db('admin').command({ ping: 1 })
    // a server tells it with every reply
    const { t, i } = reply['operationTime'] as { t: number; i: number }
    for (let sent = 0; sent < EVENTS; sent += BATCH) {
      await collection.insertMany(Array.from({ length: BATCH }, (_, n) => benchDocument(sent + n)))
    }
    await collection.insertOne(benchDocument(LAST))
    for (let round = 0; round < ROUNDS; round++) {
      for (const [label, kind] of round % 2 ? kinds.toReversed() : kinds) {
        const reader = startProcess(new URL('./readers-process.ts', import.meta.url))
        // that time itself can be when an earlier collection was dropped
        const request: ReadRequest = { kind, uri: deployment.uri, at: { t, i: i + 1 } }
        all.get(label)?.push(await reader.ask<ReadCost>('read', request))
        await reader.stop()
      }
    }
  } finally {
    await deployment.stop()
  }
  const perEvent = (costs: readonly ReadCost[], of: (cost: ReadCost) => number) => median(costs.map(of)) / EVENTS
  printMarkdown(
    [
      `${EVENTS.toLocaleString('en')} events read from the oplog`,
      'CPU, µs per event',
      'events per second',
      'JSON, bytes each',
    ],
    [...all].map(([label, costs]) => [
      label,
      perEvent(costs, ({ cpuMicros }) => cpuMicros).toFixed(1),
      Math.round(1_000 / perEvent(costs, ({ wallMs }) => wallMs)).toLocaleString('en'),
      perEvent(costs, ({ made }) => made).toFixed(0),
    ]),
  )
}

async function subscribeToLast(url: string): Promise<void> {
  const client = createClient({ url, webSocketImpl: WebSocket })
  const query = `subscription($where: EJSON) { changes(db: "${DB}", coll: "c", where: $where) { operationType } }`
  const variables = { where: { 'fullDocument.n': { $lte: LAST } } }
  for await (const { data } of client.iterate({ query, variables })) if (data) break
  await client.dispose()
}
