import type { RelayOptions } from '../../../src/relay/options.ts'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import { SILENT } from '../../../src/util/logs/logger.ts'
import { serveSubject } from '../harness/serve-subject.ts'
import { HOSTILE_DB } from './database.ts'

/** Where the relay is. */
export interface RelayAddress {
  readonly graphqlUrl: string
  /** Its deployment: that of `MONGODB_URI`, or its own embedded engine. */
  readonly mongoUri: string
}

const GIVEN = process.env['MONGODB_URI'] || undefined
const unexpected: string[] = []
let relay: Relay | undefined

async function start(options: RelayOptions): Promise<RelayAddress> {
  // short times, so that what one input leaves open does not stand in the way of the next for long
  relay = await createRelay({
    port: 0,
    mongoUri: GIVEN,
    namespace: `${HOSTILE_DB}.witness`,
    keepAliveMs: 2_000,
    slowConsumerMs: 2_000,
    connectionInitMs: 10_000,
    idleConnectionMs: 5_000,
    headersTimeoutMs: 1_000,
    requestTimeoutMs: 2_000,
    keepAliveTimeoutMs: 1_000,
    lingerMs: 500,
    maxUpstreams: 50,
    ...options,
    log: {
      ...SILENT,
      error: ({ err }, message) => void unexpected.push(`${message} ${err instanceof Error ? err.stack : String(err)}`),
    },
  })
  return { graphqlUrl: relay.graphqlUrl, mongoUri: relay.engineUri ?? GIVEN ?? '' }
}

serveSubject(start, () => ({ open: { subscribers: relay?.stats().subscribers ?? 0 }, unexpected }))
