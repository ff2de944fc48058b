import type { MongoClient, Timestamp } from 'mongodb'
import type { SeenEvent } from './events.ts'
import { toSeenEvent } from './events.ts'

/** A plain change stream of the driver, straight to the server: what truly happened, in order. */
export interface Oracle {
  readonly events: readonly SeenEvent[]
  stop(): Promise<void>
}

/** Starts the oracle at a cluster time. Its own failure, such as a lost history, is thrown by `stop`. */
export async function startOracle(client: MongoClient, db: string, startAtOperationTime: Timestamp): Promise<Oracle> {
  const events: SeenEvent[] = []
  const stream = client.db(db).collection('c').watch([], { startAtOperationTime })
  let failure: Error | undefined
  // emitter mode: an iterator that waits cannot be closed without an error
  stream.on('change', (change) => {
    const { _data } = change._id as { readonly _data: string }
    events.push(toSeenEvent(_data, change))
  })
  stream.on('error', (error: Error) => (failure ??= error))
  return {
    events,
    async stop() {
      await stream.close()
      if (failure) throw failure
    },
  }
}
