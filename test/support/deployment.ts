import { randomBytes } from 'node:crypto'
import { MongoClient, type Timestamp } from 'mongodb'
import { TestRunner } from 'vitest'
import { type Engine, type EngineOptions, startEngine } from '../../src/engine/engine.ts'
import { countCursors } from './count-cursors.ts'
import { hasFailPoints, type FailPointData } from './fail-points.ts'
import { uriThrough, writableServer, type ServerAddress } from './server-address.ts'

/** A deployment to test against: the one of `MONGODB_URI`, or an embedded engine of its own. */
export interface TestDeployment {
  readonly uri: string
  /** Whether it is an embedded engine. */
  readonly embedded: boolean
  /** An ordinary client, for what a test does beside the relay. */
  readonly client: MongoClient
  /** A name for a database of the test's own; dropped by {@link TestDeployment.stop}. */
  newDb(): string
  /** The cluster time now. */
  operationTime(): Promise<Timestamp>
  /** How many cursors are open on databases of the test's own, whoever opened them. */
  openCursors(): Promise<number>
  /** Where a proxy before it leads to. */
  server(): Promise<ServerAddress>
  /** Its URI through a proxy on a port of this machine. */
  uriThrough(port: number): string
  /**
   * Sets a fail point on commands of the relay alone, until the end of the test. Gives how often it has acted so far.
   * It acts on all of a server, so that files with such tests run alone. A server without fail points skips the test.
   */
  failCommand(mode: unknown, data: FailPointData): Promise<number>
  /** The embedded engine, for what no server can be asked to do; skips the test on a given deployment. */
  engineFor(what: string): Engine
  stop(): Promise<void>
}

/**
 * Opens a deployment; the test stops it.
 *
 * @param options of the embedded engine; a given deployment is as it is
 */
export async function openDeployment(options: EngineOptions = {}): Promise<TestDeployment> {
  const given = process.env['MONGODB_URI']
  const engine = given ? undefined : await startEngine(options)
  const uri = engine?.uri ?? given ?? ''
  const client = new MongoClient(uri)
  const databases: string[] = []
  let mayFail = false
  const setFailPoint = (mode: unknown, data?: object) =>
    client.db('admin').command({ configureFailPoint: 'failCommand', mode, ...(data ? { data } : {}) })

  return {
    uri,
    embedded: engine !== undefined,
    client,
    newDb() {
      const name = `tailrace_test_${randomBytes(6).toString('hex')}`
      databases.push(name)
      return name
    },
    async operationTime() {
      const { operationTime } = await client.db('admin').command({ ping: 1 })
      return operationTime
    },
    openCursors: () => countCursors(client, databases),
    server: () => writableServer(client),
    uriThrough: (port) => uriThrough(uri, port),
    async failCommand(mode, data) {
      if (!mayFail && !(await hasFailPoints(client))) skip('the server has no fail points (`enableTestCommands=1`)')
      mayFail = true
      const { count } = await setFailPoint(mode, { appName: 'tailrace', ...data })
      return count
    },
    engineFor: (what) => engine ?? skip(`${what}: of the embedded engine only`),
    async stop() {
      if (mayFail) await setFailPoint('off')
      for (const name of databases) await client.db(name).dropDatabase()
      await client.close()
      await engine?.stop()
    },
  }
}

function skip(reason: string): never {
  const test = TestRunner.getCurrentTest()
  if (!test) throw new Error(`Not within a test, and ${reason}`)
  return test.context.skip(reason)
}
