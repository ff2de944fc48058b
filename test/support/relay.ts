import { afterEach, beforeEach } from 'vitest'
import { startIngester } from '../../src/adapters/node/ingest.ts'
import { startNatsServer } from './nats-server.ts'
import { QUICK_BACKOFF } from './quick-backoff.ts'
import { PATIENCE_MS } from './patience.ts'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import type { RelayOptions } from '../../src/relay/options.ts'
import type { ChangesSubscriptionVariables } from '../operations.generated.ts'
import { openDeployment, type TestDeployment } from './deployment.ts'
import type { TestSubscription } from './subscription.ts'
import type { TestTransport } from './transports.ts'

/** What a test with a relay works with; each test has its own. */
export interface RelayFixture {
  readonly deployment: TestDeployment
  /** A database that is the test's own. */
  readonly db: string
  readonly relay: Relay
  /** Subscribes from the present moment on: from the cluster time before anything that the test does next. */
  subscribe(transport: TestTransport, variables?: ChangesSubscriptionVariables): Promise<TestSubscription>
  /** Has something stopped at the end of the test, before the relay. */
  onEnd(stop: () => unknown): void
}

/** Starts a deployment and a relay before each test, and stops them after it. */
export function useRelay(options: (fixture: { readonly db: string }) => RelayOptions = () => ({})): RelayFixture {
  let current: Pick<RelayFixture, 'deployment' | 'db' | 'relay'> | undefined
  let stops: (() => unknown)[] = []
  let ends: (() => Promise<void>) | undefined
  const now = () => {
    if (!current) throw new Error('The relay is there within a test only')
    return current
  }

  beforeEach(async () => {
    const deployment = await openDeployment()
    const db = deployment.newDb()
    const onBackbone = process.env['TAILRACE_TEST_BACKBONE'] ? await startBackbone(deployment.uri) : undefined
    if (onBackbone) ends = onBackbone.stop
    const relay = await createRelay({
      ...onBackbone?.options,
      port: 0,
      mongoUri: deployment.uri,
      namespace: `${db}.default`,
      ...options({ db }),
    })
    current = { deployment, db, relay }
  })

  afterEach(async () => {
    for (const stop of stops.reverse()) await stop()
    stops = []
    await current?.relay.stop()
    await ends?.()
    ends = undefined
    await current?.deployment.stop()
    current = undefined
  })

  return {
    get deployment() {
      return now().deployment
    },
    get db() {
      return now().db
    },
    get relay() {
      return now().relay
    },
    onEnd: (stop) => stops.push(stop),
    async subscribe(transport, variables = {}) {
      const { deployment, db, relay } = now()
      const isPlaced = ['startAfter', 'startAtOperationTime', 'last'].some((name) => name in variables)
      const { t, i } = await deployment.operationTime()
      const start = isPlaced ? {} : { startAtOperationTime: { t, i: i + 1 } }
      const subscription = transport.subscribe(relay.graphqlUrl, { db, coll: 'c', ...start, ...variables })
      stops.push(() => subscription.stop())
      return subscription
    },
  }
}

/** A NATS server and an ingester: what `TAILRACE_TEST_BACKBONE` has relays of tests read from. */
async function startBackbone(mongoUri: string) {
  const server = await startNatsServer()
  const options = { backbone: [server.url] }
  const ingester = await startIngester({
    ...options,
    mongoUri,
    maxAwaitTimeMs: 50,
    backoff: QUICK_BACKOFF,
    readyTimeoutMs: PATIENCE_MS,
  })
  return {
    options,
    async stop() {
      await ingester.stop()
      await server.stop()
    },
  }
}
