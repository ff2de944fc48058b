import { setTimeout as delay } from 'node:timers/promises'
import type { DeploymentFixture } from '../../../support/use-deployment.ts'

const BATCH = 8

/** How long to wait after each batch, in milliseconds: some 400 events a second. */
const PAUSE_MS = 20

/** Inserts batches into the collection `c` until it is stopped; gives how many events there are. */
export function startWriter({ client, db }: DeploymentFixture): () => Promise<number> {
  let isOver = false
  let count = 0
  const collection = client.db(db).collection('c')
  const done = (async () => {
    for (; !isOver; count += BATCH) {
      await collection.insertMany(Array.from({ length: BATCH }, (_, n) => ({ n: count + n })))
      await delay(PAUSE_MS)
    }
  })()
  return async () => {
    isOver = true
    await done
    return count
  }
}
