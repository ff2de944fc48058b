import { describe, expect, it, vi } from 'vitest'
import type { Broker } from '../../../src/relay/backbone/connection.ts'
import { createIngester } from '../../../src/relay/backbone/ingest/ingester.ts'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { useDeployment } from '../../support/use-deployment.ts'
import { namesFor, readLog, tokensOfDriver } from './faults/logs.ts'
import { startReader } from './faults/reader.ts'

const MIB = 1_048_576

describe.runIf(hasNatsServer)('an event that is larger than a message may be', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  const onEnd = useOnEnd()

  const insertLarge = () =>
    at.client
      .db(at.db)
      .collection('c')
      .insertOne({ text: 'x'.repeat(12 * MIB) })

  it('arrives whole', async () => {
    await backbone.ingest({ mongoUri: at.uri })
    const reader = startReader(backbone.origin().source, at.db)
    onEnd(() => reader.stop())
    await reader.opened()
    const time = await at.operationTime()
    await at.client.db(at.db).collection('c').insertOne({})
    await insertLarge()
    await at.client.db(at.db).collection('c').insertOne({})
    await reader.has(3)
    expect(reader.tokens).toEqual(await tokensOfDriver(at.client, at.db, time, 3))
    expect(reader.bytes).toBeGreaterThan(12 * MIB)
  })

  it('arrives where its `_id` is most of it, and so does what follows', async () => {
    const ingester = await backbone.ingest({ mongoUri: at.uri })
    const reader = startReader(backbone.origin().source, at.db)
    onEnd(() => reader.stop())
    await reader.opened()
    const time = await at.operationTime()
    const collection = at.client.db(at.db).collection<{ _id: string }>('c')
    await collection.insertOne({ _id: 'x'.repeat(MIB) })
    await reader.has(1)
    await collection.insertOne({ _id: 'small' })
    await reader.has(2)
    expect(reader.tokens).toEqual(await tokensOfDriver(at.client, at.db, time, 2))
    // what is said of it has failed nothing
    expect(ingester.stats().takeovers).toBe(1)
  })

  it('is written anew by the next one, when the one that writes it ends amidst it', async () => {
    const origin = createMongoOrigin(createDeployment({ uri: at.uri, maxAwaitTimeMs: 50 }))
    onEnd(() => origin.close())
    const nats = await backbone.connect()
    let appended = 0
    // all that it does after its fifth message has no effect
    const mortal: Broker = {
      isConnected: true,
      close: () => Promise.resolve(),
      get: () =>
        Promise.resolve({
          ...nats,
          jetstream: Object.assign(Object.create(nats.jetstream) as typeof nats.jetstream, {
            publish: (...args: Parameters<typeof nats.jetstream.publish>) =>
              ++appended > 5 ? Promise.reject(new Error('It is dead')) : nats.jetstream.publish(...args),
          }),
          connection: Object.assign(Object.create(nats.connection) as typeof nats.connection, {
            publish: (...args: Parameters<typeof nats.connection.publish>) =>
              appended > 5 ? undefined : nats.connection.publish(...args),
          }),
        }),
    }
    const first = createIngester({
      broker: mortal,
      name: backbone.name,
      origin,
      deploymentId: () => origin.deploymentId(),
      limits: { replicas: 1, maxBytes: 100 * MIB, maxAgeMs: 60_000 },
      log: SILENT,
    })
    onEnd(() => first.stop())
    const reader = startReader(backbone.origin().source, at.db)
    onEnd(() => reader.stop())
    await reader.opened()
    const time = await at.operationTime()
    await insertLarge()
    await vi.waitFor(() => expect(appended).toBeGreaterThan(5))
    expect((await readLog(nats, namesFor(backbone.name, at.db))).at(-1)).toMatchObject({ kind: 'part', part: 4 })
    await first.stop()
    await backbone.ingest({ mongoUri: at.uri })
    await at.client.db(at.db).collection('c').insertOne({})
    await reader.has(2)
    expect(reader.tokens).toEqual(await tokensOfDriver(at.client, at.db, time, 2))
    expect(reader.bytes).toBeGreaterThan(12 * MIB)
  })
})
