import type { Collection } from 'mongodb'
import { MongoClient } from 'mongodb'
import { afterEach, beforeEach } from 'vitest'
import type { Engine } from '../../src/engine/engine.ts'
import { startEngine } from '../../src/engine/engine.ts'
import type { RelayOptions } from '../../src/relay-options.ts'
import type { Relay } from '../../src/relay.ts'
import { createRelay } from '../../src/relay.ts'
import type { FaultyProxy } from '../verify/faulty-proxy.ts'
import { startFaultyProxy } from '../verify/faulty-proxy.ts'
import type { TestSubscription } from './subscription.ts'
import type { TestTransport } from './transports.ts'
import { webSocket } from './transports.ts'

/** A relay whose MongoDB a test can lose; each test has its own. */
export interface RelayBehindProxy {
  readonly engine: Engine
  /** Straight to the engine. */
  readonly client: MongoClient
  /** Between the relay and the engine. */
  readonly link: FaultyProxy
  readonly relay: Relay
  /** The collection that {@link RelayBehindProxy.subscribe} watches. */
  readonly coll: Collection<{ _id: number }>
  /** Watches inserts alone; tells its start and interruptions, too. Ended with the test. */
  subscribe(variables?: { readonly startAfter?: string }, transport?: TestTransport): TestSubscription
  /** Sets a fail point on commands of the relay alone. Gives how often it has acted so far. */
  failCommand(mode: unknown, data: Readonly<Record<string, unknown>>): Promise<number>
}

const QUERY = `subscription ($startAfter: ResumeToken) {
  changes(
    db: "test", coll: "c", startAfter: $startAfter, operationTypes: ["insert", "invalidate"]
    announceStart: true, announceInterruptions: true
  ) { resumeToken operationType documentKey json }
}`

/** Options with which a relay is back at once. */
const QUICK: RelayOptions = { port: 0, namespace: 'test.c', maxAwaitTimeMs: 100, backoff: { initialMs: 10, maxMs: 50 } }

/**
 * Starts an engine, a proxy to it and a relay behind that before each test, and stops them after it.
 *
 * @param options how the relay differs; a function where that depends on the engine
 */
export function useRelayBehindProxy(options: RelayOptions | ((engine: Engine) => RelayOptions) = {}): RelayBehindProxy {
  let current: Omit<RelayBehindProxy, 'subscribe' | 'failCommand' | 'coll'> | undefined
  let subscriptions: TestSubscription[] = []
  const now = () => {
    if (!current) throw new Error('The relay is there within a test only')
    return current
  }

  beforeEach(async () => {
    const engine = await startEngine()
    const link = await startFaultyProxy(engine.port)
    const mongoUri = engine.uri.replace(`:${engine.port}`, `:${link.port}`)
    const relay = await createRelay({
      ...QUICK,
      mongoUri,
      ...(typeof options === 'function' ? options(engine) : options),
    })
    const client = new MongoClient(engine.uri, { heartbeatFrequencyMS: 500 })
    current = { engine, link, relay, client }
  })

  afterEach(async () => {
    for (const subscription of subscriptions) subscription.stop()
    subscriptions = []
    const { engine, link, relay, client } = now()
    await relay.stop()
    await link.stop()
    await client.close()
    await engine.stop()
    current = undefined
  })

  return {
    get engine() {
      return now().engine
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
      return now().client.db('test').collection<{ _id: number }>('c')
    },
    subscribe(variables = {}, transport = webSocket) {
      const subscription = transport.subscribe(now().relay.graphqlUrl, variables, QUERY)
      subscriptions.push(subscription)
      return subscription
    },
    async failCommand(mode, data) {
      const command = { configureFailPoint: 'failCommand', mode, data: { appName: 'tailrace', ...data } }
      const { count } = await now().client.db('admin').command(command)
      return count
    },
  }
}
