import { describe, expect, it } from 'vitest'
import { useDeployment } from '../../../support/use-deployment.ts'
import { createRelay } from '../../../../src/adapters/node/relay.ts'
import { webSocket } from '../../../support/transports.ts'

const MIB = 1_048_576

describe('an event over 16 MiB', () => {
  const at = useDeployment()

  async function withLargeUpdate(
    test: (graphqlUrl: string, startAtOperationTime: object) => Promise<void>,
  ): Promise<void> {
    const coll = at.client.db(at.db).collection<{ _id: number; text?: string }>('orders')
    await at.client.db(at.db).createCollection('orders', { changeStreamPreAndPostImages: { enabled: true } })
    await coll.insertOne({ _id: 1, text: 'x'.repeat(9 * MIB) })
    const { operationTime } = await at.client.db(at.db).command({ ping: 1 })
    const { t, i } = operationTime
    await coll.insertOne({ _id: 2 })
    await coll.updateOne({ _id: 1 }, { $set: { text: 'y'.repeat(9 * MIB) } })
    await coll.insertOne({ _id: 3 })
    // its own watcher is the first to ask the server, and the relay is ready when it has
    const relay = await createRelay({
      port: 0,
      mongoUri: at.uri,
      namespace: `${at.db}.orders`,
      readyTimeoutMs: 5_000,
    })
    try {
      await test(relay.graphqlUrl, { t, i: i + 1 })
    } finally {
      await relay.stop()
    }
  }

  const variables = () => ({ db: at.db, coll: 'orders', fullDocument: 'UPDATE_LOOKUP' }) as const
  const query = `subscription ($db: String, $coll: String, $fullDocument: FullDocument!, $startAtOperationTime: Timestamp, $startAfter: ResumeToken) {
    changes(db: $db, coll: $coll, fullDocument: $fullDocument, startAtOperationTime: $startAtOperationTime, startAfter: $startAfter) {
      resumeToken operationType documentKey fullDocument updateDescription { updatedFields }
    }
  }`

  it('is delivered whole, and can be continued after', async () => {
    await withLargeUpdate(async (graphqlUrl, startAtOperationTime) => {
      const changes = webSocket.subscribe(graphqlUrl, { ...variables(), startAtOperationTime }, query)
      const [before, large, after] = await changes.take(3)
      changes.stop()
      expect(before?.documentKey).toEqual({ _id: 2 })
      expect(large?.operationType).toBe('update')
      const text = 'y'.repeat(9 * MIB)
      // compared as booleans: a difference of megabytes is no readable message
      expect(JSON.stringify(large?.fullDocument) === JSON.stringify({ _id: 1, text })).toBe(true)
      expect(JSON.stringify(large?.updateDescription?.updatedFields) === JSON.stringify({ text })).toBe(true)
      expect(after?.documentKey).toEqual({ _id: 3 })
      const next = webSocket.subscribe(graphqlUrl, { ...variables(), startAfter: large?.resumeToken ?? '' }, query)
      expect((await next.take(1))[0]?.documentKey).toEqual({ _id: 3 })
      next.stop()
    })
  })

  it('ends the subscription with the last position where the server cannot split it', async () => {
    const namespace = `${at.db}.orders`
    await at.failCommand({ times: 1 }, { failCommands: ['aggregate'], errorCode: 40324, namespace })
    await withLargeUpdate(async (graphqlUrl, startAtOperationTime) => {
      const changes = webSocket.subscribe(graphqlUrl, { ...variables(), startAtOperationTime }, query)
      const [before] = await changes.take(1)
      const { extensions } = await changes.failure()
      changes.stop()
      expect(extensions).toEqual({ code: 'EVENT_TOO_LARGE', resumeToken: before?.resumeToken })
    })
  })
})

describe('a subscription that its server ends for good', () => {
  const at = useDeployment()

  it('is told where it can continue, whatever the reason', async () => {
    const relay = await createRelay({ port: 0, mongoUri: at.uri, namespace: `${at.db}.default` })
    const coll = at.client.db(at.db).collection('orders')
    const { operationTime } = await at.client.db(at.db).command({ ping: 1 })
    const startAtOperationTime = { t: operationTime.t, i: operationTime.i + 1 }
    const changes = webSocket.subscribe(relay.graphqlUrl, { db: at.db, coll: 'orders', startAtOperationTime })
    await coll.insertOne({})
    await changes.take(1)
    const namespace = `${at.db}.orders`
    await at.failCommand('alwaysOn', { failCommands: ['getMore'], errorCode: 13, namespace })
    await coll.insertOne({})
    const { extensions } = await changes.failure()
    expect(extensions).toEqual({ code: 'FORBIDDEN', resumeToken: expect.stringMatching(/^[0-9A-F]+$/) })
    changes.stop()
    await relay.stop()
  })
})
