import { randomBytes } from 'node:crypto'
import type { Document, Timestamp } from 'mongodb'
import { MongoClient } from 'mongodb'
import { startEngine } from '../../src/engine/engine.ts'

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
  /** How many cursors the relay has open. */
  openCursors(): Promise<number>
  stop(): Promise<void>
}

/** Opens a deployment; the test stops it. */
export async function openDeployment(): Promise<TestDeployment> {
  const given = process.env['MONGODB_URI']
  const engine = given ? undefined : await startEngine()
  const uri = engine?.uri ?? given ?? ''
  const client = new MongoClient(uri)
  const databases: string[] = []

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
    openCursors: async () => engine?.stats().cursors ?? (await countCursors(client)),
    async stop() {
      for (const name of databases) await client.db(name).dropDatabase()
      await client.close()
      await engine?.stop()
    },
  }
}

// idle ones, and those that a waiting getMore uses
async function countCursors(client: MongoClient): Promise<number> {
  const operations: Document[] = await client
    .db('admin')
    .aggregate([{ $currentOp: { idleCursors: true } }, { $match: { appName: 'tailrace', cursor: { $exists: true } } }])
    .toArray()
  return operations.length
}
