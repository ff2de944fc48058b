import { describe, expect, it } from 'vitest'
import { startIngester } from '../../../src/adapters/node/ingest.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { hasNatsServer, startNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { startProxy } from '../../support/proxy.ts'
import { webSocket } from '../../support/transports.ts'
import { useDeployment } from '../../support/use-deployment.ts'

describe.skipIf(!hasNatsServer)('a relay at the edge, on a leaf node', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()

  it('reads a copy of the logs there, without MongoDB, across a cut of the link', { timeout: 60_000 }, async () => {
    const hub = await startNatsServer({
      domain: 'hub',
      config: 'server_name: hub\nleafnodes { listen: "127.0.0.1:-1" }',
    })
    onEnd(() => hub.stop())
    const link = await startProxy({ host: '127.0.0.1', port: hub.leafPort })
    onEnd(() => link.stop())
    const leaf = await startNatsServer({
      domain: 'edge',
      config: `server_name: leaf\nleafnodes { reconnect: 1, remotes: [{ url: "nats://127.0.0.1:${link.port}" }] }`,
    })
    onEnd(() => leaf.stop())
    const ingester = await startIngester({ backbone: [hub.url], mongoUri: at.uri })
    onEnd(() => ingester.stop())
    const relay = await createRelay({
      backbone: [leaf.url],
      backboneMirror: 'hub',
      namespace: `${at.db}.c`,
      port: 0,
      readyTimeoutMs: 20_000,
    })
    onEnd(() => relay.stop())
    await expect.poll(async () => (await fetch(new URL('readyz', relay.url))).status, { timeout: 20_000 }).toBe(200)

    const subscription = webSocket.subscribe(relay.graphqlUrl, { db: at.db, coll: 'c' })
    onEnd(() => subscription.stop())
    const collection = at.client.db(at.db).collection<{ _id: number }>('c')
    // until it has begun
    const begun = async () => {
      await collection.insertOne({ _id: 1 })
      await collection.deleteOne({ _id: 1 })
      return subscription.changes.length
    }
    await expect.poll(begun, { timeout: 20_000 }).toBeGreaterThan(1)
    const keysFrom = (least: number) =>
      subscription.changes.flatMap(({ documentKey }) => {
        const { _id } = documentKey as { readonly _id: number }
        return _id >= least ? [_id] : []
      })

    link.set({ kind: 'black-hole' })
    await collection.insertMany([{ _id: 2 }, { _id: 3 }])
    await expect.poll(async () => (await fetch(new URL('readyz', relay.url))).status, { timeout: 20_000 }).toBe(503)
    link.restore()
    await expect.poll(() => keysFrom(2), { timeout: 30_000 }).toEqual([2, 3])
  })
})
