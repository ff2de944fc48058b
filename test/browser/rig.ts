import { randomBytes } from 'node:crypto'
import { type Collection, type Document, MongoClient } from 'mongodb'
import type { EngineOptions } from '../../src/engine/engine.ts'
import { createRelay, type Relay } from '../../src/adapters/node/relay.ts'
import type { RelayOptions } from '../../src/relay/options.ts'
import { openDeployment, type TestDeployment } from '../support/deployment.ts'
import { type Proxy, startProxy } from '../support/proxy.ts'
import { addressOf } from '../support/server-address.ts'

/** A document as the tests write it. */
export interface Thing {
  _id: number | string
  [field: string]: unknown
}

/** A relay with its page, a network in front of it that can be broken, and a driver beside it. */
export interface Rig extends AsyncDisposable {
  /** Where the page is; the same however often the relay changes. */
  readonly proxy: Proxy
  /** Has new connections lead to another relay from now on, by its URL. */
  leadTo(url: string): void
  readonly relay: Relay
  /** A database that only this test uses; the page's default namespace is its collection `things`. */
  readonly db: string
  things(coll?: string): Collection<Thing>
  /** Inserts documents with these ids, one after the other. */
  insert(...ids: readonly number[]): Promise<void>
  /** Runs a command on the test's database. */
  command(command: Document): Promise<Document>
}

/**
 * Starts it: with the deployment of `MONGODB_URI` where that is set, else with the embedded engine.
 *
 * @param pageRoot the folder of the built page.
 * @param deployment another deployment's URI, or null for the embedded engine in any case.
 * @param options of the relay, made for the test's database.
 */
export async function startRig(
  pageRoot: string,
  deployment: string | null | undefined = process.env['MONGODB_URI'] || undefined,
  options: (db: string) => RelayOptions = () => ({}),
): Promise<Rig> {
  const mongoUri = deployment ?? undefined
  const db = `tailrace_page_${randomBytes(4).toString('hex')}`
  const relay = await createRelay({ port: 0, namespace: `${db}.things`, pageRoot, mongoUri, ...options(db) })
  let leadsTo = addressOf(relay.url)
  const proxy = await startProxy(() => leadsTo)
  const client = new MongoClient(relay.engineUri ?? mongoUri ?? '')
  const things = (coll = 'things'): Collection<Thing> => client.db(db).collection<Thing>(coll)
  return {
    proxy,
    leadTo: (url) => void (leadsTo = addressOf(url)),
    relay,
    db,
    things,
    async insert(...ids) {
      for (const _id of ids) await things().insertOne({ _id })
    },
    command: (command) => client.db(db).command(command),
    async [Symbol.asyncDispose]() {
      // an embedded engine may be gone already, with all its data
      if (mongoUri !== undefined) await client.db(db).dropDatabase()
      await client.close()
      await proxy.stop()
      await relay.stop()
    },
  }
}

/** A deployment that outlives a relay; `options` are of the embedded engine, where it is one. */
export async function startDeployment(options: EngineOptions = {}): Promise<TestDeployment & AsyncDisposable> {
  const deployment = await openDeployment(options)
  return { ...deployment, [Symbol.asyncDispose]: () => deployment.stop() }
}
