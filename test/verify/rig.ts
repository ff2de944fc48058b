import type { Timestamp } from 'mongodb'
import { MongoClient } from 'mongodb'
import type { Engine } from '../../src/engine/engine.ts'
import { startEngine } from '../../src/engine/engine.ts'
import type { Relay } from '../../src/relay.ts'
import { createRelay } from '../../src/relay.ts'
import type { FaultyProxy } from './faulty-proxy.ts'
import { startFaultyProxy } from './faulty-proxy.ts'

/** The database of a verification. */
export const DB = 'verify'

/** The size of the oplog, in bytes: small enough to be rolled over in a moment. */
export const OPLOG_BYTES = 16 * 1024 * 1024

/** An engine, a relay, and a proxy on each side of the relay. */
export interface Rig {
  readonly engine: Engine
  /** Straight to the engine. */
  readonly client: MongoClient
  /** Between the relay and the engine. */
  readonly serverLink: FaultyProxy
  /** Between the subscribers and the relay. */
  readonly clientLink: FaultyProxy
  /** Where subscribers go: through the proxy. */
  readonly graphqlUrl: string
  operationTime(): Promise<Timestamp>
  /** Stops the relay and starts another one in its place. */
  restartRelay(): Promise<void>
  stop(): Promise<void>
}

/** Starts a rig. */
export async function startRig(): Promise<Rig> {
  const engine = await startEngine({ oplogBytes: OPLOG_BYTES })
  // finds out when the primary steps down, and waits until there is one again
  const client = new MongoClient(engine.uri.replace('directConnection=true', 'replicaSet=rs0'), {
    heartbeatFrequencyMS: 500,
  })
  const serverLink = await startFaultyProxy(engine.port)
  const mongoUri = engine.uri.replace(`:${engine.port}`, `:${serverLink.port}`)
  const start = (port: number): Promise<Relay> =>
    createRelay({
      mongoUri,
      port,
      namespace: `${DB}.c`,
      maxAwaitTimeMs: 200,
      backoff: { initialMs: 50, maxMs: 500 },
      stopGraceMs: 100,
    })
  let relay = await start(0)
  const port = Number(new URL(relay.url).port)
  const clientLink = await startFaultyProxy(port)

  return {
    engine,
    client,
    serverLink,
    clientLink,
    graphqlUrl: `http://127.0.0.1:${clientLink.port}/graphql`,
    async operationTime() {
      const { operationTime } = await client.db('admin').command({ ping: 1 })
      return operationTime
    },
    async restartRelay() {
      await relay.stop()
      relay = await start(port)
    },
    async stop() {
      serverLink.set({ kind: 'pass' })
      await relay.stop()
      await Promise.all([clientLink.stop(), serverLink.stop(), client.close()])
      await engine.stop()
    },
  }
}
