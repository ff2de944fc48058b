import { type Collection, MongoClient } from 'mongodb'
import { afterEach, beforeEach } from 'vitest'
import type { RelayOptions } from '../../src/relay/options.ts'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import { type Proxy, startProxy } from './proxy.ts'
import { openDeployment, type TestDeployment } from './deployment.ts'
import type { FailPointData } from './fail-points.ts'
import type { TestSubscription } from './subscription.ts'
import { type TestTransport, webSocket } from './transports.ts'

/** A relay whose MongoDB a test can lose; each test has its own. */
export interface RelayBehindProxy {
  readonly deployment: TestDeployment
  /** A database that is the test's own. */
  readonly db: string
  /** Straight to the deployment. */
  readonly client: MongoClient
  /** Between the relay and the deployment. */
  readonly link: Proxy
  readonly relay: Relay
  /** The collection that {@link RelayBehindProxy.subscribe} watches. */
  readonly coll: Collection<{ _id: number }>
  /** Watches inserts alone; tells its start and interruptions, too. Ended with the test. */
  subscribe(variables?: { readonly startAfter?: string }, transport?: TestTransport): TestSubscription
  /** Sets a fail point on commands of the relay alone. Gives how often it has acted so far. */
  failCommand(mode: unknown, data: FailPointData): Promise<number>
}

const QUERY = `subscription ($db: String, $startAfter: ResumeToken) {
  changes(
    db: $db, coll: "c", startAfter: $startAfter, operationTypes: ["insert", "invalidate"]
    announceStart: true, announceInterruptions: true
  ) { resumeToken operationType documentKey json }
}`

/** Options with which a relay is back at once. */
const QUICK: RelayOptions = { port: 0, maxAwaitTimeMs: 100, backoff: { initialMs: 10, maxMs: 50 } }

/**
 * Opens a deployment, a proxy to it and a relay behind that before each test, and stops them after it.
 *
 * @param options how the relay differs; a function where that depends on the deployment
 */
export function useRelayBehindProxy(
  options: RelayOptions | ((deployment: TestDeployment) => RelayOptions) = {},
): RelayBehindProxy {
  let current: Omit<RelayBehindProxy, 'subscribe' | 'failCommand' | 'coll'> | undefined
  let subscriptions: TestSubscription[] = []
  const now = () => {
    if (!current) throw new Error('The relay is there within a test only')
    return current
  }

  beforeEach(async () => {
    const deployment = await openDeployment()
    const db = deployment.newDb()
    const link = await startProxy(await deployment.server())
    const relay = await createRelay({
      ...QUICK,
      namespace: `${db}.c`,
      mongoUri: deployment.uriThrough(link.port),
      ...(typeof options === 'function' ? options(deployment) : options),
    })
    const client = new MongoClient(deployment.uri, { heartbeatFrequencyMS: 500 })
    current = { deployment, db, link, relay, client }
  })

  afterEach(async () => {
    for (const subscription of subscriptions) subscription.stop()
    subscriptions = []
    const { deployment, link, relay, client } = now()
    await relay.stop()
    await link.stop()
    await client.close()
    await deployment.stop()
    current = undefined
  })

  return {
    get deployment() {
      return now().deployment
    },
    get db() {
      return now().db
    },
    get client() {
      return now().client
    },
    get link() {
      return now().link
    },
    get relay() {
      return now().relay
    },
    get coll() {
      return now().client.db(now().db).collection<{ _id: number }>('c')
    },
    subscribe(variables = {}, transport = webSocket) {
      const subscription = transport.subscribe(now().relay.graphqlUrl, { db: now().db, ...variables }, QUERY)
      subscriptions.push(subscription)
      return subscription
    },
    failCommand: (mode, data) => now().deployment.failCommand(mode, data),
  }
}
