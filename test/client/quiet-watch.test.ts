import { MongoClient } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import { watch } from '../../src/client/index.ts'
import { type Engine, startEngine } from '../../src/engine/engine.ts'
import { openRawSubscriber } from '../support/raw-subscriber.ts'
import { type Proxy, startProxy } from '../support/proxy.ts'

const OPLOG_BYTES = 1_048_576

describe('a watch that nothing matches', () => {
  let engine: Engine
  let client: MongoClient
  let relay: Relay
  let proxy: Proxy

  const start = (port: number) =>
    createRelay({ port, mongoUri: engine.uri, namespace: 'shop.other', keepAliveMs: 100, maxAwaitTimeMs: 50 })
  const coll = () => client.db('shop').collection<{ _id: number | string; pad?: string }>('c')

  beforeEach(async () => {
    engine = await startEngine({ oplogBytes: OPLOG_BYTES })
    client = new MongoClient(engine.uri)
    relay = await start(0)
    proxy = await startProxy({ host: '127.0.0.1', port: Number(new URL(relay.url).port) })
  })
  afterEach(async () => {
    await proxy.stop()
    await relay.stop()
    await client.close()
    await engine.stop()
  })

  it('goes on after the loss of its relay, although the oplog has forgotten where it began', async () => {
    let begin = (): void => undefined
    const started = new Promise<void>((resolve) => (begin = resolve))
    const changes = watch({
      url: `${proxy.url}graphql`,
      db: 'shop',
      coll: 'c',
      where: { 'documentKey._id': 'wanted' },
      webSocketImpl: WebSocket,
      backoff: { initialMs: 20, maxMs: 50 },
      onStatus: ({ state }) => state === 'live' && begin(),
    })
    const next = changes.next()
    await started
    const fields = '{ operationType resumeToken }'
    const seen = await openRawSubscriber(relay.graphqlUrl)
    seen.subscribe('all', `subscription { changes(db: "shop", coll: "c", announceStart: true) ${fields} }`)
    await expect.poll(() => seen.received.get('all')?.length).toBe(1)
    for (let _id = 0; _id < 30; _id++) await coll().insertOne({ _id, pad: 'x'.repeat(100_000) })
    await expect.poll(() => seen.received.get('all')?.length).toBe(31)
    // as soon as that one has a position, the watch has it, too
    const where = '{\\"documentKey._id\\": \\"wanted\\"}'
    const query = `subscription { changes(db: "shop", coll: "c", where: "${where}", announcePositions: true) ${fields} }`
    seen.subscribe('quiet', query)
    await expect.poll(() => seen.received.get('quiet')?.length ?? 0).toBe(1)
    seen.close()

    // as a crash: it cannot say where to continue
    proxy.interrupt()
    const port = Number(new URL(relay.url).port)
    await relay.stop()
    await coll().insertOne({ _id: 'wanted' })
    relay = await start(port)
    proxy.restore()
    expect((await next).value).toMatchObject({ operationType: 'insert', documentKey: { _id: 'wanted' } })
    await changes.return()
  })
})
