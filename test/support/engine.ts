import { MongoClient, type MongoClientOptions } from 'mongodb'
import { afterEach, beforeEach } from 'vitest'
import { PATIENCE_MS } from './patience.ts'
import { startEngine, type Engine, type EngineOptions } from '../../src/engine/engine.ts'

/** What a test of the engine works with; each test has its own. */
export interface EngineFixture {
  readonly engine: Engine
  /** The stock driver, connected to {@link engine}. */
  readonly client: MongoClient
  /** Another client, closed at the end of the test. */
  connect(options?: MongoClientOptions, uri?: string): MongoClient
}

/** Starts an engine and a client before each test, and stops them after it. */
export function useEngine(options: EngineOptions = {}): EngineFixture {
  let engine: Engine | undefined
  let clients: MongoClient[] = []

  const fixture: EngineFixture = {
    get engine() {
      if (!engine) throw new Error('The engine is there within a test only')
      return engine
    },
    get client() {
      return clients[0] ?? fixture.connect()
    },
    connect(settings = {}, uri = fixture.engine.uri) {
      const client = new MongoClient(uri, { serverSelectionTimeoutMS: PATIENCE_MS, ...settings })
      clients.push(client)
      return client
    },
  }

  beforeEach(async () => {
    engine = await startEngine(options)
  })
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.close()))
    clients = []
    await engine?.stop()
    engine = undefined
  })
  return fixture
}
