import { type Collection, type Document, MongoClient } from 'mongodb'
import { afterEach, beforeEach } from 'vitest'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import { type Engine, startEngine } from '../../src/engine/engine.ts'
import type { RelayOptions } from '../../src/relay/options.ts'
import { type Proxy, startProxy } from '../support/proxy.ts'

/** Ten of the documents with which tests fill it. */
const OPLOG_BYTES = 1_048_576

/** A relay behind a proxy that a client loses, and an engine that soon forgets. */
export interface LostRelay {
  readonly proxy: Proxy
  readonly relay: Relay
  /** The collection `c` of `shop`. */
  coll<T extends Document>(): Collection<T>
  /** Stops the relay while something is done, and starts one that differs at the same port. */
  replace(options?: RelayOptions, meanwhile?: () => Promise<unknown>): Promise<void>
}

/** Starts all of it before each test, and stops it after it. */
export function useLostRelay(options: RelayOptions): LostRelay {
  let engine: Engine
  let client: MongoClient
  let relay: Relay
  let proxy: Proxy
  const start = (others: RelayOptions) =>
    createRelay({ port: 0, mongoUri: engine.uri, maxAwaitTimeMs: 50, ...options, ...others })

  beforeEach(async () => {
    engine = await startEngine({ oplogBytes: OPLOG_BYTES })
    client = new MongoClient(engine.uri)
    relay = await start({})
    proxy = await startProxy({ host: '127.0.0.1', port: Number(new URL(relay.url).port) })
  })
  afterEach(async () => {
    await proxy.stop()
    await relay.stop()
    await client.close()
    await engine.stop()
  })

  return {
    get proxy() {
      return proxy
    },
    get relay() {
      return relay
    },
    coll: <T extends Document>() => client.db('shop').collection<T>('c'),
    async replace(others = {}, meanwhile) {
      // as a crash: it cannot say where to continue
      proxy.interrupt()
      const port = Number(new URL(relay.url).port)
      await relay.stop()
      await meanwhile?.()
      relay = await start({ port, ...others })
      proxy.restore()
    },
  }
}
