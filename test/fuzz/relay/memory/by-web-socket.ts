import { MongoClient } from 'mongodb'
import { openRawSubscriber } from '../../../support/raw-subscriber.ts'
import { openRawWebSocket } from '../../../support/raw-web-socket.ts'
import { HOSTILE_DB } from '../database.ts'
import type { RelayUnderTest } from '../relay-under-test.ts'
import { lists, type MemoryAttack, MIB, upTo, watch } from './attack.ts'

async function openSockets(relay: RelayUnderTest, count: number, payload = '{}', headers = {}) {
  const sockets = await Promise.all(upTo(count).map(() => openRawWebSocket(relay.graphqlUrl, headers)))
  for (const raw of sockets) raw.send(`{"type":"connection_init","payload":${payload}}`)
  for (const raw of sockets) await raw.next()
  return sockets
}

/** What callers do over WebSocket. */
export const BY_WEB_SOCKET: readonly MemoryAttack[] = [
  {
    count: 200,
    what: 'sockets, each with 30 KB in connection_init',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const sockets = await openSockets(relay, count, `{"a":${lists(30_000)}}`)
      return () => sockets.forEach((raw) => raw.socket.destroy())
    },
  },
  {
    count: 200,
    what: 'sockets, each with 60 KB of headers',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const sockets = await openSockets(relay, count, '{}', { 'x-long': 'x'.repeat(60_000) })
      return () => sockets.forEach((raw) => raw.socket.destroy())
    },
  },
  {
    count: 400,
    what: 'documents of 2.4 KB, half of them by each transport',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(count)) {
        const query = `query Q${n} { relay { version } ...F } fragment F on Query { ${'... { '.repeat(200)} relay { version } ${'} '.repeat(200)} ${'... { __typename } '.repeat(30)} }`
        if (n % 2 === 0) {
          raw?.send({ type: 'subscribe', id: String(n), payload: { query } })
          await raw?.next()
          await raw?.next()
          continue
        }
        const body = JSON.stringify({ query })
        const response = await fetch(relay.graphqlUrl, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        })
        await response.arrayBuffer()
      }
      return () => raw?.socket.destroy()
    },
  },
  {
    count: 300,
    what: 'subscriptions of a socket, each with 60 KB of variables that it does not declare',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(count)) {
        const payload = `{"query":${JSON.stringify(watch(`a${n}`))},"variables":{"x":${lists(60_000)}}}`
        raw?.send(`{"type":"subscribe","id":"${n}","payload":${payload}}`)
      }
      await answered(raw)
      return () => raw?.socket.destroy()
    },
  },
  {
    count: 300,
    what: 'subscriptions of a socket, each of another document of 5 KB',
    allowedBytes: 32 * MIB,
    async run(relay, count) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(count)) {
        const query = `subscription { changes(db: "${HOSTILE_DB}", coll: "memory", last: ${n % 100}) { a${n}: json ${'... { '.repeat(450)} json ${'} '.repeat(450)} } }`
        raw?.send({ type: 'subscribe', id: String(n), payload: { query } })
      }
      await answered(raw)
      return () => raw?.socket.destroy()
    },
  },
  {
    count: 20,
    what: 'queries on a socket that is not read, and one event of 10 MB',
    allowedBytes: 96 * MIB,
    async run(relay, count) {
      const subscriber = await openRawSubscriber(relay.graphqlUrl)
      for (const n of upTo(count)) subscriber.subscribe(String(n), watch(`a${n}`, ', announceStart: true'))
      while (upTo(count).some((n) => !subscriber.received.has(String(n))))
        await new Promise((resolve) => setTimeout(resolve, 20))
      subscriber.pause()
      const client = await new MongoClient(relay.mongoUri).connect()
      await client
        .db(HOSTILE_DB)
        .collection('memory')
        .insertOne({ text: 'x'.repeat(10_000_000) })
      await client.close()
      await relay.state()
      return () => subscriber.close()
    },
  },
]

/** What callers do over WebSocket while MongoDB is not there. */
export const BY_WEB_SOCKET_MEANWHILE: readonly MemoryAttack[] = [
  {
    count: 300,
    what: 'queries of a socket, each with 60 KB of variables and extensions, while MongoDB is not there',
    allowedBytes: 32 * MIB,
    async run(relay, count) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(count)) {
        const beside = `"variables":{"x":${lists(30_000)}},"extensions":{"x":${lists(30_000)}}`
        raw?.send(`{"type":"subscribe","id":"${n}","payload":{"query":"{ namespaces { db } }",${beside}}}`)
      }
      await answered(raw)
      return () => raw?.socket.destroy()
    },
  },
]

// what was sent before it has been read then
async function answered(raw: Awaited<ReturnType<typeof openRawWebSocket>> | undefined): Promise<void> {
  raw?.send({ type: 'subscribe', id: 'last', payload: { query: '{ relay { embedded } }' } })
  const isThere = () => raw?.events.some((event) => 'message' in event && event.message['id'] === 'last')
  while (!isThere()) if ((await raw?.next()) === undefined) throw new Error('The relay closed the socket')
}
