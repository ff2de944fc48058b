import { describe, expect, it } from 'vitest'
import { startIngester } from '../../../src/adapters/node/ingest.ts'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import { createBroker } from '../../../src/relay/backbone/connection.ts'
import { hasNatsServer, type NatsServer, startNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { startProxy } from '../../support/proxy.ts'
import type { ChangeResult } from '../../support/subscription.ts'
import { webSocket } from '../../support/transports.ts'
import { useDeployment } from '../../support/use-deployment.ts'

describe.skipIf(!hasNatsServer)('a relay at the edge, on a leaf node', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()

  /** A hub, and a leaf node behind a link that can be cut, where relays can be started. */
  async function startEdge() {
    const hub = await startNatsServer({
      domain: 'hub',
      config: 'server_name: hub\nleafnodes { listen: "127.0.0.1:-1" }',
    })
    onEnd(() => hub.stop())
    const link = await startProxy(() => ({ host: '127.0.0.1', port: hub.leafPort }))
    onEnd(() => link.stop())
    const leaf = await startNatsServer({
      domain: 'edge',
      config: `server_name: leaf\nleafnodes { reconnect: 1, remotes: [{ url: "nats://127.0.0.1:${link.port}" }] }`,
    })
    onEnd(() => leaf.stop())
    const ingester = await startIngester({ backbone: [hub.url], mongoUri: at.uri })
    onEnd(() => ingester.stop())
    /** Starts a relay there, which is ready. */
    const startRelay = async () => {
      const relay = await createRelay({
        backbone: [leaf.url],
        backboneMirror: 'hub',
        namespace: `${at.db}.c`,
        port: 0,
        readyTimeoutMs: 20_000,
      })
      onEnd(() => relay.stop())
      const status = async () => (await fetch(new URL('readyz', relay.url))).status
      await expect.poll(status, { timeout: 20_000 }).toBe(200)
      return relay
    }
    return { hub, link, leaf, startRelay }
  }

  const collection = () => at.client.db(at.db).collection<{ _id: number }>('c')

  /** A subscription that has begun. */
  async function follow(relay: Relay) {
    const subscription = webSocket.subscribe(relay.graphqlUrl, { db: at.db, coll: 'c' })
    onEnd(() => subscription.stop())
    const begun = async () => {
      await collection().insertOne({ _id: -1 })
      await collection().deleteOne({ _id: -1 })
      return subscription.changes.length
    }
    await expect.poll(begun, { timeout: 20_000 }).toBeGreaterThan(1)
    return subscription
  }

  it('reads a copy of the logs there, without MongoDB, across a cut of the link', { timeout: 60_000 }, async () => {
    const { link, startRelay } = await startEdge()
    const relay = await startRelay()
    const { changes } = await follow(relay)
    link.set({ kind: 'black-hole' })
    await collection().insertMany([{ _id: 1 }, { _id: 2 }])
    await expect.poll(async () => (await fetch(new URL('readyz', relay.url))).status, { timeout: 20_000 }).toBe(503)
    link.restore()
    await expect.poll(() => keysOf(changes), { timeout: 30_000 }).toEqual([1, 2])
  })

  it('has its copy made anew when the hub has lost the end of a log', { timeout: 120_000 }, async () => {
    const { hub, leaf, startRelay } = await startEdge()
    const { changes } = await follow(await startRelay())
    let written = 0
    /** Writes changes that are in messages of their own. */
    const write = async (count: number) => {
      for (const end = written + count; written < end;) {
        await collection().insertOne({ _id: ++written })
        await expect.poll(() => keysOf(changes).at(-1), { interval: 1, timeout: 30_000 }).toBe(written)
      }
    }
    await write(3)
    await hub.kill()
    const restore = await hub.snapshot()
    await hub.restart()
    await write(10)
    await expect.poll(async () => (await endOf(leaf)) === (await endOf(hub)), { timeout: 60_000 }).toBe(true)
    await hub.kill()
    await restore()
    // in one message, when there were ten
    await hub.restart()
    await write(20)
    const all = Array.from({ length: written }, (_, n) => n + 1)
    expect(keysOf(changes)).toEqual(all)
    // who comes back from before what was lost, at a relay that has not read it
    const token = changes.find((change) => keysOf([change])[0] === 2)?.resumeToken
    const later = webSocket.subscribe((await startRelay()).graphqlUrl, { db: at.db, coll: 'c', startAfter: token })
    onEnd(() => later.stop())
    await expect.poll(() => keysOf(later.changes), { timeout: 30_000 }).toEqual(all.slice(2))
  })
})

/** The place where the only log of a server ends. */
async function endOf({ url }: NatsServer): Promise<number | undefined> {
  const broker = createBroker({ servers: [url] })
  try {
    const { manager } = await broker.get()
    for await (const { config, state } of manager.streams.list()) {
      if (config.allow_direct) return state.last_seq
    }
    return undefined
  } finally {
    await broker.close()
  }
}

/** The keys of documents that were written on purpose. */
function keysOf(changes: readonly ChangeResult[]): number[] {
  return changes.flatMap(({ documentKey }) => {
    const { _id } = documentKey as { readonly _id: number }
    return _id > 0 ? [_id] : []
  })
}
