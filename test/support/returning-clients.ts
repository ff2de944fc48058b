import { setTimeout as delay } from 'node:timers/promises'
import type { Collection } from 'mongodb'
import { WebSocket } from 'ws'
import { watch } from '../../src/client/index.ts'
import { readEventSource } from './event-source.ts'

/** What one client got: the numbers of the documents, and how often it was cut off and told why. */
export interface ClientRecord {
  readonly numbers: number[]
  interruptions: number
  shutDowns: number
}

const QUERY = `subscription ($db: String, $start: Timestamp) {
  changes(db: $db, coll: "orders", startAtOperationTime: $start) { fullDocument }
}`

/** Where clients go, and what they watch from when on. */
export interface Watched {
  readonly url: string
  readonly db: string
  readonly start: object
  readonly signal: AbortSignal
}

/** Clients that come back by themselves: half over WebSocket, half over event streams. */
export function startClients({ url, db, start, signal }: Watched): {
  records: ClientRecord[]
  ended: Promise<unknown>
} {
  const records: ClientRecord[] = []
  const newRecord = () => {
    const record = { numbers: [], interruptions: 0, shutDowns: 0 }
    records.push(record)
    return record as ClientRecord
  }

  const overWebSocket = async () => {
    const record = newRecord()
    const changes = watch({
      url: new URL('graphql', url).href,
      webSocketImpl: WebSocket,
      db,
      coll: 'orders',
      startAtOperationTime: start,
      backoff: { initialMs: 20, maxMs: 100 },
      signal,
      onStatus(status) {
        if (status.state !== 'waiting') return
        record.interruptions++
        if (/SHUTTING_DOWN|shutting down/.test(status.reason)) record.shutDowns++
      },
    })
    try {
      for await (const { fullDocument } of changes) record.numbers.push((fullDocument as { n: number }).n)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  const overEventStream = () => {
    const record = newRecord()
    const variables = JSON.stringify({ db, start })
    const search = new URLSearchParams({ query: QUERY, variables })
    return readEventSource(`${url}graphql?${search}`, {
      signal,
      onLost: () => record.interruptions++,
      onEvent({ type, data }) {
        if (type !== 'next') return
        const { data: result, errors } = JSON.parse(data)
        if (errors?.[0].extensions.code === 'SHUTTING_DOWN' && errors[0].extensions.resumeToken) record.shutDowns++
        else record.numbers.push(result.changes.fullDocument.n)
      },
    })
  }
  const clients = [overWebSocket(), overEventStream(), overWebSocket(), overEventStream()]
  return { records, ended: Promise.all(clients) }
}

/** Inserts numbered documents, until it is stopped and tells how many. */
export function startWriter(orders: Collection): () => Promise<number> {
  let isOver = false
  const written = (async () => {
    let n = 0
    for (; !isOver; n++) {
      await orders.insertOne({ n })
      await delay(2)
    }
    return n
  })()
  return () => {
    isOver = true
    return written
  }
}
