import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startIngester } from '../../src/adapters/node/ingest.ts'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { createBroker } from '../../src/relay/backbone/connection.ts'
import { startNatsCluster } from '../support/nats-cluster.ts'
import { hasNatsServer, startNatsServer } from '../support/nats-server.ts'
import { useOnEnd } from '../support/on-end.ts'
import { eventStream } from '../support/transports.ts'
import { useDeployment } from '../support/use-deployment.ts'

const ROOT = join(import.meta.dirname, '../..')

describe.skipIf(!hasNatsServer)('the NATS server of deploy/nats.conf', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()

  it.each([
    { servers: 'one server', start: startNatsServer, backboneReplicas: 1 },
    { servers: 'three of docs/scaling.md', start: startNatsCluster, backboneReplicas: 3 },
  ])(
    'gives ingesters and relays the rights that they need, and relays none to write: $servers',
    async ({ start, backboneReplicas }) => {
      const given = await readFile(join(ROOT, 'deploy/nats.conf'), 'utf8')
      // at a free port, and with a folder of the test's own
      const config = given.replace(/^listen:.*$/m, '').replace(/^jetstream \{[^}]*\}$/m, '')
      expect(config.length).toBeLessThan(given.length)
      const nats = await start({ config, env: { INGESTER_PASSWORD: 'i%1', RELAY_PASSWORD: 'r2' } })
      onEnd(() => nats.stop())
      const urlsOf = (login: string) => nats.urls.map((url) => url.replace('nats://', `nats://${login}@`))
      const ingester = await startIngester({ backbone: urlsOf('ingester:i%251'), backboneReplicas, mongoUri: at.uri })
      onEnd(() => ingester.stop())
      const backbone = urlsOf('relay:r2')
      const relay = await createRelay({ backbone, namespace: `${at.db}.c`, port: 0, readyTimeoutMs: 20_000 })
      onEnd(() => relay.stop())
      await expect
        .poll(async () => (await fetch(new URL('readyz', relay.url))).text(), { timeout: 20_000 })
        .toContain('ready')

      const subscription = eventStream.subscribe(relay.graphqlUrl, { db: at.db, coll: 'c', last: 1 })
      onEnd(() => subscription.stop())
      await at.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id: 1 })
      await expect.poll(() => subscription.changes.map(({ documentKey }) => documentKey)).toEqual([{ _id: 1 }])

      // more than a message holds
      const text = 'x'.repeat(8_000_000)
      await at.client.db(at.db).collection<{ _id: number; text: string }>('large').insertOne({ _id: 2, text })
      const snapshot = eventStream.subscribe(relay.graphqlUrl, { db: at.db, coll: 'large', snapshot: 'FIRST' })
      onEnd(() => snapshot.stop())
      await expect
        .poll(() => snapshot.changes.map(({ operationType }) => operationType), { timeout: 20_000 })
        .toEqual(['snapshot', 'snapshotEnd'])

      const broker = createBroker({ servers: backbone })
      onEnd(() => broker.close())
      const { jetstream, manager } = await broker.get()
      await expect(manager.streams.list().next()).rejects.toThrow(/permission/i)
      await expect(jetstream.publish('tailrace.tailrace.log.x', 'x')).rejects.toThrow(/permission/i)
    },
  )

  it('refuses those without a password, which a relay says', async () => {
    const config = 'authorization { user: a, password: b }'
    const nats = await startNatsServer({ config })
    onEnd(() => nats.stop())
    const relay = await createRelay({ backbone: [nats.url], namespace: 'test.test', port: 0, readyTimeoutMs: 1_000 })
    onEnd(() => relay.stop())
    await expect
      .poll(async () => (await fetch(new URL('readyz', relay.url))).text(), { timeout: 20_000 })
      .toContain('does not accept the relay’s credentials')
  })
})
