import { MongoClient } from 'mongodb'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { startSubject, type Subject } from '../harness/subject.ts'
import { HOSTILE_DB } from './database.ts'
import type { RelayAddress } from './relay-process.ts'

/** A relay in a process of its own. */
export type RelayUnderTest = Subject & RelayAddress

const HEAP_MIB = 512

/** Starts one, on the deployment of `MONGODB_URI` where that is given. The caller stops it. */
export async function startRelayUnderTest(options: RelayOptions = {}): Promise<RelayUnderTest> {
  await dropWritten()
  const file = new URL('./relay-process.ts', import.meta.url)
  const subject = await startSubject<RelayAddress>(file, HEAP_MIB, options)
  const { stop } = subject
  subject.stop = async () => {
    await stop()
    await dropWritten()
  }
  return subject
}

// an embedded engine is gone with its process; what a deployment keeps would be there for the next
async function dropWritten(): Promise<void> {
  const given = process.env['MONGODB_URI']
  if (!given) return
  const client = new MongoClient(given)
  await client.db(HOSTILE_DB).dropDatabase()
  await client.close()
}
