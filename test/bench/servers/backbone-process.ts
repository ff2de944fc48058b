import { setTimeout as delay } from 'node:timers/promises'
import { startIngester } from '../../../src/adapters/node/ingest.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { serveParent } from '../../support/process/serve-parent.ts'
import { DB } from '../database.ts'

/** Where the changes are. */
export interface BackboneRequest {
  readonly uri: string
  readonly nats: string
}

/** How often it is looked how many events have been copied, in milliseconds. */
const LOOK_MS = 5

serveParent({
  async ingester({ uri, nats }: BackboneRequest) {
    await startIngester({ backbone: [nats], mongoUri: uri })
  },
  /** An ingester that has so many events to copy when it starts. Gives how long that took from the first one on. */
  async behind({ uri, nats, events }: BackboneRequest & { readonly events: number }) {
    const ingester = await startIngester({ backbone: [nats], mongoUri: uri })
    const until = async (count: number) => {
      while (ingester.stats().events < count) await delay(LOOK_MS)
      return { ms: performance.now(), ...process.cpuUsage() }
    }
    const first = await until(1)
    const last = await until(events)
    await ingester.stop()
    const cpuMicros = last.user + last.system - first.user - first.system
    return { wallMs: last.ms - first.ms, cpuMicros }
  },
  /** A relay that reads from MongoDB, or, where NATS is given, from there alone. Gives its WebSocket address. */
  async relay({ uri, nats }: Partial<BackboneRequest>) {
    const from = nats === undefined ? { mongoUri: uri } : { backbone: [nats] }
    const relay = await createRelay({ ...from, port: 0, namespace: `${DB}.c` })
    return relay.graphqlUrl.replace('http', 'ws')
  },
})
