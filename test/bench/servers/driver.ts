import { DB } from '../database.ts'
import { MongoClient } from 'mongodb'
import type { BenchDocument } from '../rig.ts'

let settle: (n: number) => void = () => {}

/** No server at all: a `for await` over the driver's change stream. */
export async function startDriver(uri: string): Promise<string> {
  const client = new MongoClient(uri)
  void (async () => {
    for await (const event of client.db(DB).collection<BenchDocument>('c').watch()) {
      if (event.operationType === 'insert' && event.fullDocument.n < 0) settle(event.fullDocument.n)
    }
  })()
  return ''
}

/** Settles when a document of this number arrives. */
export function waitForDocument(number: number): Promise<void> {
  return new Promise((resolve) => {
    settle = (n) => {
      if (n === number) resolve()
    }
  })
}
