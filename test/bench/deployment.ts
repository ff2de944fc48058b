import { MongoClient } from 'mongodb'
import { DB } from './database.ts'
import { startMeasuredEngine } from './measured-engine.ts'

/** A deployment to measure with. */
export interface BenchDeployment {
  readonly client: MongoClient
  readonly uri: string
  /** Drops what was written. */
  stop(): Promise<void>
}

/** Opens the deployment of `MONGODB_URI`, or an embedded engine in a fresh process. */
export async function openBenchDeployment(): Promise<BenchDeployment> {
  const uri = process.env['MONGODB_URI']
  if (!uri) return startMeasuredEngine()
  const client = await new MongoClient(uri).connect()
  return {
    client,
    uri,
    async stop() {
      await client.db(DB).dropDatabase()
      await client.close()
    },
  }
}
