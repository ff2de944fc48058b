import { type ChangeStream, type MongoClient, MongoNetworkError, type Timestamp } from 'mongodb'
import { type SeenEvent, toSeenEvent } from './events.ts'

/** A plain change stream of the driver, straight to the server: what truly happened, in order. */
export interface Oracle {
  readonly events: readonly SeenEvent[]
  stop(): Promise<void>
}

/**
 * Starts the oracle at a cluster time. It is opened again after its last event when the driver gives up because the
 * server was away. Any other failure of its own, such as a lost history, is thrown by `stop`.
 */
export async function startOracle(client: MongoClient, db: string, startAtOperationTime: Timestamp): Promise<Oracle> {
  const events: SeenEvent[] = []
  let token: { readonly _data: string } | undefined
  let failure: Error | undefined
  let isOver = false
  let stream = open()

  function open(): ChangeStream {
    const opened = client
      .db(db)
      .collection('c')
      .watch([], token ? { resumeAfter: token } : { startAtOperationTime })
    // emitter mode: an iterator that waits cannot be closed without an error
    opened.on('change', (change) => {
      // a server's token has this shape
      token = change._id as { readonly _data: string }
      events.push(toSeenEvent(token._data, change))
    })
    opened.on('error', (error: Error) => {
      if (isOver) return
      if (error instanceof MongoNetworkError) stream = open()
      else failure ??= error
    })
    return opened
  }

  return {
    events,
    async stop() {
      isOver = true
      await stream.close()
      if (failure) throw failure
    },
  }
}
