import { startIngester } from '../../../src/adapters/node/ingest.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { serveParent } from '../../support/process/serve-parent.ts'
import { DB } from '../database.ts'

/** Where the changes are. */
export interface BackboneRequest {
  readonly uri: string
  readonly nats: string
}

serveParent({
  async ingester({ uri, nats }: BackboneRequest) {
    await startIngester({ backbone: [nats], mongoUri: uri })
  },
  /** A relay that reads from MongoDB, or, where NATS is given, from there alone. Gives its WebSocket address. */
  async relay({ uri, nats }: Partial<BackboneRequest>) {
    const from = nats === undefined ? { mongoUri: uri } : { backbone: [nats] }
    const relay = await createRelay({ ...from, port: 0, namespace: `${DB}.c` })
    return relay.graphqlUrl.replace('http', 'ws')
  },
})
