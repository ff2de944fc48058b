import { HOSTILE_DB } from './database.ts'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { MongoClient } from 'mongodb'
import type { RelayOptions } from '../../src/relay-options.ts'
import { openRawSubscriber } from '../support/raw-subscriber.ts'
import { openRawWebSocket } from '../support/raw-web-socket.ts'
import type { RelayUnderTest } from './relay-under-test.ts'

/** Something that a caller does to have memory taken. */
export interface MemoryAttack {
  readonly name: string
  /** What the relay may keep of it while it lasts, in bytes, as the security page says. */
  readonly allowedBytes: number
  /** Does it, and gives what ends it. */
  run(relay: RelayUnderTest): Promise<() => void>
}

/** Options of a relay that cuts off none of the callers while they are looked at. */
export const PATIENT: RelayOptions = { keepAliveMs: 600_000, idleConnectionMs: 600_000, slowConsumerMs: 600_000 }

const MIB = 1_048_576
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n)

/** JSON that takes twenty times as much as objects. */
const lists = (bytes: number) => `[${'[],'.repeat(bytes / 3)}[]]`
const watch = (alias = 'json', args = '') =>
  `subscription { changes(db: "${HOSTILE_DB}", coll: "memory"${args}) { ${alias === 'json' ? alias : `${alias}: json`} } }`

async function openSockets(relay: RelayUnderTest, count: number, payload = '{}') {
  const sockets = await Promise.all(upTo(count).map(() => openRawWebSocket(relay.graphqlUrl)))
  for (const raw of sockets) raw.send(`{"type":"connection_init","payload":${payload}}`)
  for (const raw of sockets) await raw.next()
  return sockets
}

/** Each of them once took hundreds of MiB, or all there is. */
export const MEMORY_ATTACKS: readonly MemoryAttack[] = [
  {
    name: '200 sockets, each with 30 KB in connection_init',
    allowedBytes: 16 * MIB,
    async run(relay) {
      const sockets = await openSockets(relay, 200, `{"a":${lists(30_000)}}`)
      return () => sockets.forEach((raw) => raw.socket.destroy())
    },
  },
  {
    name: '400 documents of 2.4 KB, half of them by each transport',
    allowedBytes: 16 * MIB,
    async run(relay) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(400)) {
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
    name: '300 subscriptions of a socket, each with 60 KB of variables that it does not declare',
    allowedBytes: 16 * MIB,
    async run(relay) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(300)) {
        const payload = `{"query":${JSON.stringify(watch(`a${n}`))},"variables":{"x":${lists(60_000)}}}`
        raw?.send(`{"type":"subscribe","id":"${n}","payload":${payload}}`)
      }
      await answered(raw)
      return () => raw?.socket.destroy()
    },
  },
  {
    name: '300 subscriptions of a socket, each of another document of 5 KB',
    allowedBytes: 32 * MIB,
    async run(relay) {
      const [raw] = await openSockets(relay, 1)
      for (const n of upTo(300)) {
        const query = `subscription { changes(db: "${HOSTILE_DB}", coll: "memory", last: ${n % 100}) { a${n}: json ${'... { '.repeat(450)} json ${'} '.repeat(450)} } }`
        raw?.send({ type: 'subscribe', id: String(n), payload: { query } })
      }
      await answered(raw)
      return () => raw?.socket.destroy()
    },
  },
  {
    name: '200 event streams, each with 60 KB of variables',
    // Node and Yoga keep the request's body as it came, in several forms: 180 MiB where it comes in one piece
    allowedBytes: 256 * MIB,
    async run(relay) {
      const requests = await Promise.all(
        upTo(200).map(async () => {
          const headers = { 'Content-Type': 'application/json', Accept: 'text/event-stream' }
          const request = httpRequest(relay.graphqlUrl, { method: 'POST', headers, agent: false })
          request.on('error', () => 'the test has ended it')
          request.end(`{"query":${JSON.stringify(watch())},"variables":{"x":${lists(60_000)}}}`)
          await once(request, 'response')
          return request
        }),
      )
      return () => requests.forEach((request) => request.destroy())
    },
  },
  {
    name: 'a socket that is not read, 20 queries and one event of 10 MB',
    allowedBytes: 96 * MIB,
    async run(relay) {
      const subscriber = await openRawSubscriber(relay.graphqlUrl)
      for (const n of upTo(20)) subscriber.subscribe(String(n), watch(`a${n}`, ', announceStart: true'))
      while (upTo(20).some((n) => !subscriber.received.has(String(n))))
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

// what was sent before it has been read then
async function answered(raw: Awaited<ReturnType<typeof openRawWebSocket>> | undefined): Promise<void> {
  raw?.send({ type: 'subscribe', id: 'last', payload: { query: '{ relay { embedded } }' } })
  const isThere = () => raw?.events.some((event) => 'message' in event && event.message['id'] === 'last')
  while (!isThere()) if ((await raw?.next()) === undefined) throw new Error('The relay closed the socket')
}

/** How much more a relay uses while an attack lasts than before, after a garbage collection, in bytes. */
export async function memoryTaken(relay: RelayUnderTest, { run }: MemoryAttack): Promise<number> {
  const before = await relay.state()
  const end = await run(relay)
  try {
    return (await settledBytes(relay)) - bytesOf(before)
  } finally {
    end()
  }
}

/** A reading that is less than this below the least one says that there is nothing more to be collected, in bytes. */
const SETTLED_BYTES = 1_048_576
/** Readings that must say so, one after the other. */
const SETTLED_READINGS = 3

// what came in is collected in several turns, and on a busy machine not before the first reading
async function settledBytes(relay: RelayUnderTest): Promise<number> {
  let least = Infinity
  for (let settled = 0; settled < SETTLED_READINGS; settled++) {
    const bytes = bytesOf(await relay.state())
    if (bytes < least - SETTLED_BYTES) settled = -1
    least = Math.min(least, bytes)
  }
  return least
}

function bytesOf({ heapBytes, externalBytes }: { readonly heapBytes: number; readonly externalBytes: number }): number {
  return heapBytes + externalBytes
}
