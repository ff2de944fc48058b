import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { type RunningIngester, startIngester } from '../../src/adapters/node/ingest.ts'
import { createBackboneOrigin } from '../../src/relay/backbone/backbone-origin.ts'
import { createBroker, type Nats } from '../../src/relay/backbone/connection.ts'
import type { Origin } from '../../src/relay/changes/origin.ts'
import type { RelayOptions } from '../../src/relay/options.ts'
import { useOnEnd } from './on-end.ts'
import { PATIENCE_MS } from './patience.ts'
import { QUICK_BACKOFF } from './quick-backoff.ts'
import { type NatsCluster, startNatsCluster } from './nats-cluster.ts'
import { type NatsServer, type NatsServerOptions, startNatsServer } from './nats-server.ts'

/** A backbone: a NATS server, or a cluster, for the tests of a file, and a name that is the test's own. */
export interface BackboneFixture<Server extends NatsServer | NatsCluster = NatsServer> {
  readonly server: Server
  readonly name: string
  /** What relays and ingesters take to be on it. */
  readonly options: Pick<RelayOptions, 'backbone' | 'backboneName'>
  /** Starts an ingester in this process, which ends with the test. */
  ingest(options: RelayOptions): Promise<RunningIngester>
  /** What a relay on it reads from, which is closed with the test. */
  origin(mongo?: Origin): Origin
  /** A connection of the test's own, to some servers alone where they are given. */
  connect(urls?: readonly string[]): Promise<Nats>
}

/** Starts a server before the tests of a file, and stops it after them. */
export function useBackbone(options: NatsServerOptions = {}): BackboneFixture {
  return useServers(() => startNatsServer(options), beforeAll, afterAll)
}

/** Starts a cluster before each test, and stops it after it. */
export function useBackboneCluster(): BackboneFixture<NatsCluster> {
  return useServers(startNatsCluster, beforeEach, afterEach)
}

function useServers<Server extends NatsServer | NatsCluster>(
  start: () => Promise<Server>,
  before: (run: () => Promise<void>) => void,
  after: (run: () => Promise<void>) => void,
): BackboneFixture<Server> {
  let server: Server | undefined
  let name = ''
  const now = () => {
    if (!server) throw new Error('The backbone is there within a test only')
    return server
  }

  before(async () => {
    server = await start()
  })
  // after what uses it has ended
  after(async () => {
    await server?.stop()
  })
  beforeEach(() => {
    name = `b${randomBytes(6).toString('hex')}`
  })
  const onEnd = useOnEnd()

  const fixture: BackboneFixture<Server> = {
    get server() {
      return now()
    },
    get name() {
      return name
    },
    get options() {
      return { backbone: now().urls, backboneName: name }
    },
    async ingest(given) {
      const ingester = await startIngester({
        ...fixture.options,
        maxAwaitTimeMs: 50,
        backoff: QUICK_BACKOFF,
        readyTimeoutMs: PATIENCE_MS,
        ...given,
      })
      onEnd(() => ingester.stop())
      return ingester
    },
    origin(mongo) {
      const broker = createBroker({ servers: now().urls })
      const origin = createBackboneOrigin({ broker, name, mongo, retry: { backoff: QUICK_BACKOFF } })
      onEnd(() => origin.close())
      return origin
    },
    async connect(urls = now().urls) {
      const broker = createBroker({ servers: urls })
      onEnd(() => broker.close())
      return broker.get()
    },
  }
  return fixture
}
