import { setTimeout as delay } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { watch } from '../../src/client/index.ts'
import { type Balancer, startBalancer } from '../support/balancer.ts'
import { readEventSource } from '../support/event-source.ts'
import { openDeployment } from '../support/deployment.ts'
import { address, logged, type Program, usePrograms } from '../support/process/program.ts'

const tailrace = usePrograms()

/** What one client got: the numbers of the documents, and how often it was cut off and told why. */
interface Record {
  readonly numbers: number[]
  interruptions: number
  shutDowns: number
}

const QUERY = `subscription ($db: String, $start: Timestamp) {
  changes(db: $db, coll: "orders", startAtOperationTime: $start) { fullDocument }
}`

/** Where clients go, and what they watch from when on. */
interface Watched {
  readonly url: string
  readonly db: string
  readonly start: object
  readonly signal: AbortSignal
}

/** Clients that come back by themselves: half over WebSocket, half over event streams. */
function startClients({ url, db, start, signal }: Watched): { records: Record[]; ended: Promise<unknown> } {
  const records: Record[] = []
  const newRecord = () => {
    const record = { numbers: [], interruptions: 0, shutDowns: 0 }
    records.push(record)
    return record as Record
  }

  const overWebSocket = async () => {
    const record = newRecord()
    const changes = watch({
      url: new URL('graphql', url).href,
      webSocketImpl: WebSocket,
      db,
      coll: 'orders',
      startAtOperationTime: start,
      backoff: { initialMs: 20, maxMs: 100 },
      signal,
      onStatus(status) {
        if (status.state !== 'waiting') return
        record.interruptions++
        if (/SHUTTING_DOWN|shutting down/.test(status.reason)) record.shutDowns++
      },
    })
    try {
      for await (const { fullDocument } of changes) record.numbers.push((fullDocument as { n: number }).n)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  const overEventStream = () => {
    const record = newRecord()
    const variables = JSON.stringify({ db, start })
    const search = new URLSearchParams({ query: QUERY, variables })
    return readEventSource(`${url}graphql?${search}`, {
      signal,
      onLost: () => record.interruptions++,
      onEvent({ type, data }) {
        if (type !== 'next') return
        const { data: result, errors } = JSON.parse(data)
        if (errors?.[0].extensions.code === 'SHUTTING_DOWN' && errors[0].extensions.resumeToken) record.shutDowns++
        else record.numbers.push(result.changes.fullDocument.n)
      },
    })
  }
  const clients = [overWebSocket(), overEventStream(), overWebSocket(), overEventStream()]
  return { records, ended: Promise.all(clients) }
}

/** Inserts numbered documents, until it is stopped and tells how many. */
function startWriter(orders: Collection): () => Promise<number> {
  let isOver = false
  const written = (async () => {
    let n = 0
    for (; !isOver; n++) {
      await orders.insertOne({ n })
      await delay(2)
    }
    return n
  })()
  return () => {
    isOver = true
    return written
  }
}

describe('a fleet of relays', () => {
  it('is rolled under load without a loss or a repetition for clients that come back', async () => {
    const deployment = await openDeployment()
    const db = deployment.newDb()
    const balancer = await startBalancer()
    const { client } = deployment
    const stop = new AbortController()
    const { operationTime } = await client.db('admin').command({ ping: 1 })
    const start = { $timestamp: { t: operationTime.t, i: operationTime.i + 1 } }

    const addRelay = async () => {
      const args = ['--mongo', deployment.uri, '--port', '0', '--ns', `${db}.orders`, '--drain-delay', '300ms']
      const program = tailrace(args)
      const url = await address(program, 'Live page')
      balancer.add(url)
      await vi.waitFor(() => expect(balancer.isReady(url)).toBe(true), { interval: 20 })
      return { program, url }
    }
    const old = [await addRelay(), await addRelay()]
    const { records, ended } = startClients({ url: balancer.url, db, start, signal: stop.signal })
    const stopWriting = startWriter(client.db(db).collection('orders'))
    const everybodyHas = (count: number) =>
      vi.waitFor(
        () => expect(Math.min(...records.map(({ numbers }) => new Set(numbers).size))).toBeGreaterThanOrEqual(count),
        { interval: 20 },
      )
    await everybodyHas(20)
    for (const { program, url } of old) {
      await addRelay()
      await roll(program, url, balancer)
      await everybodyHas(Math.max(...records.map(({ numbers }) => numbers.length)) + 20)
    }
    const count = await stopWriting()
    await everybodyHas(count)
    stop.abort()
    await ended

    const all = Array.from({ length: count }, (_, n) => n)
    for (const { numbers, interruptions, shutDowns } of records) {
      expect(numbers).toEqual(all)
      expect(interruptions).toBeGreaterThan(0)
      expect(shutDowns).toBeGreaterThan(0)
    }
    await balancer.stop()
    await deployment.stop()
  })
})

async function roll(program: Program, url: string, balancer: Balancer): Promise<void> {
  program.child.kill('SIGTERM')
  await vi.waitFor(() => expect(balancer.isReady(url)).toBe(false), { interval: 5 })
  expect(await program.exited).toBe(0)
  expect(logged(program).map(({ msg }) => msg)).toEqual(['Listening', 'Draining', 'Stopping', 'Stopped'])
}
