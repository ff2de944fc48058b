import { DB } from '../database.ts'
import { type ChangeStreamDocument, MongoClient } from 'mongodb'

/** Where the resolver takes its events from: called for each subscriber. */
export type EventSource = () => AsyncIterable<ChangeStreamDocument>

/** As it is written most often: a change stream, and with it a cursor, for each subscriber. */
export function cursorPerSubscriber(uri: string): EventSource {
  // with the default pool of 100, the streams would wait for each other
  const client = new MongoClient(uri, { maxPoolSize: 0 })
  return () => client.db(DB).collection('c').watch()
}

/** As a careful person writes it: one change stream, and a queue for each subscriber. */
export function sharedCursor(uri: string): EventSource {
  const client = new MongoClient(uri)
  const listeners = new Set<(event: ChangeStreamDocument) => void>()
  void (async () => {
    for await (const event of client.db(DB).collection('c').watch()) for (const listen of listeners) listen(event)
  })()

  return async function* () {
    const queue: ChangeStreamDocument[] = []
    let wake = () => {}
    const listen = (event: ChangeStreamDocument) => {
      queue.push(event)
      wake()
    }
    listeners.add(listen)
    try {
      while (true) {
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve))
        for (const event of queue.splice(0)) yield event
      }
    } finally {
      listeners.delete(listen)
    }
  }
}
