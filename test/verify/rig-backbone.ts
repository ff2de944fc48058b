import { setTimeout as delay } from 'node:timers/promises'
import type { StreamInfo } from '@nats-io/jetstream'
import { createBroker } from '../../src/relay/backbone/connection.ts'
import type { IngestStats } from '../../src/relay/backbone/ingest/ingester.ts'
import type { IngestProcessOptions } from '../relay/backbone/faults/ingest-process.ts'
import { type NatsServer, startNatsServer } from '../support/nats-server.ts'
import { type Proxy, startProxy } from '../support/proxy.ts'
import { bundleProcess } from '../support/process/bundle-process.ts'
import { startProcess, type TestProcess } from '../support/process/start-process.ts'

/** What is between MongoDB and the relays: two ingesters, each a process, and brokers. */
export interface RigBackbone {
  readonly server: NatsServer
  /** A leaf node of it. */
  readonly leaf: NatsServer
  /** Between the two. */
  readonly leafLink: Proxy
  /** The JetStream domain of the server, whose logs the leaf node mirrors. */
  readonly domain: string
  readonly name: string
  /** Waits until something has been written. */
  begun(): Promise<void>
  /** Waits until an ingester writes; gives it. */
  leader(): Promise<TestProcess>
  /** Ends an ingester at once, and starts another one in its place. */
  replace(ingester: TestProcess): Promise<void>
  /** Ends both, and starts two others after a while. */
  replaceAll(awayMs: number): Promise<void>
  /** Deletes a message that has so many after it, of each log; waits until there are as many. */
  deleteMessage(before: number): Promise<void>
  stop(): Promise<void>
}

const NAME = 'verify'
const DOMAIN = 'hub'

/** Starts the brokers and both ingesters. */
export async function startRigBackbone(mongoUri: string): Promise<RigBackbone> {
  const server = await startNatsServer({
    domain: DOMAIN,
    config: `server_name: ${DOMAIN}\nleafnodes { listen: "127.0.0.1:-1" }`,
  })
  // its port is another one after each start
  const leafLink = await startProxy(() => ({ host: '127.0.0.1', port: server.leafPort }))
  const leaf = await startNatsServer({
    domain: 'edge',
    config: `server_name: edge\nleafnodes { reconnect: 1, remotes: [{ url: "nats://127.0.0.1:${leafLink.port}" }] }`,
  })
  const bundle = await bundleProcess(new URL('../relay/backbone/faults/ingest-process.ts', import.meta.url))
  const broker = createBroker({ servers: [server.url] })
  const ingesters = new Set<TestProcess>()
  const start = async () => {
    const ingester = startProcess(bundle.file)
    ingesters.add(ingester)
    const options: IngestProcessOptions = { servers: [server.url], name: NAME, mongoUri }
    await ingester.ask('start', options)
  }
  const end = async (ingester: TestProcess) => {
    ingesters.delete(ingester)
    await ingester.stop()
  }
  const find = async (isIt: (stats: IngestStats) => boolean): Promise<TestProcess> => {
    for (;;) {
      for (const ingester of ingesters) if (isIt(await ingester.ask<IngestStats>('stats'))) return ingester
      await delay(20)
    }
  }
  await Promise.all([start(), start()])

  return {
    server,
    leaf,
    leafLink,
    domain: DOMAIN,
    name: NAME,
    async begun() {
      await find(({ messages }) => messages > 0)
    },
    leader: () => find(({ leading }) => leading > 0),
    async replace(ingester) {
      await end(ingester)
      await start()
    },
    async replaceAll(awayMs) {
      await Promise.all([...ingesters].map(end))
      await delay(awayMs)
      await Promise.all([start(), start()])
    },
    async deleteMessage(before) {
      const { manager } = await broker.get()
      const logs = async () => {
        const all: StreamInfo[] = []
        for await (const one of manager.streams.list(`tailrace.${NAME}.log.*`)) all.push(one)
        return all
      }
      let found = await logs()
      for (; found.some(({ state }) => state.last_seq <= before); found = await logs()) await delay(20)
      for (const { config, state } of found) {
        await manager.streams.deleteMessage(config.name, state.last_seq - before)
      }
    },
    async stop() {
      await Promise.all([...ingesters].map(end))
      await broker.close()
      await leaf.stop()
      await leafLink.stop()
      await server.stop()
      await bundle.remove()
    },
  }
}
