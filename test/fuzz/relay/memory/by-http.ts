import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RelayUnderTest } from '../relay-under-test.ts'
import { lists, type MemoryAttack, MIB, subscribed, upTo, watch } from './attack.ts'

/** Bytes of one request. */
type ToRequest = (host: string, n: number) => string

const USUAL = 'Content-Type: application/json\r\nAccept: text/event-stream\r\n'

const toPost =
  (toBody: (n: number) => string, headers = ''): ToRequest =>
  (host, n) => {
    const body = toBody(n)
    return `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${USUAL}${headers}Content-Length: ${body.length}\r\n\r\n${body}`
  }

const toGet =
  (toParameters: (n: number) => string, headers = USUAL): ToRequest =>
  (host, n) =>
    `GET /graphql?${toParameters(n)} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`

const plainQuery = (query = watch()) => `"query":${JSON.stringify(query)}`
const inUrl = (query: string) => `query=${encodeURIComponent(query)}`

interface Sending {
  /** How many requests go by one connection. */
  readonly each?: number
  /** Whether to wait until something is answered. */
  readonly waits?: boolean
}

/** Sends requests by connections of their own, or several by each, without waiting for answers in between. */
async function send(
  relay: RelayUnderTest,
  toRequest: ToRequest,
  count: number,
  options: Sending = {},
): Promise<Socket[]> {
  const { each = 1, waits = true } = options
  const { hostname, port, host } = new URL(relay.graphqlUrl)
  return Promise.all(
    upTo(count / each).map(async (connection) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => 'the relay has cut it off')
      await once(socket, 'connect')
      const answered = once(socket, 'data')
      for (const n of upTo(each)) socket.write(toRequest(host, connection * each + n))
      if (waits) await answered
      return socket.resume()
    }),
  )
}

const end = (sockets: readonly Socket[]) => () => sockets.forEach((socket) => socket.destroy())

function eventStreams(what: string, toRequest: ToRequest, { each = 1, count = 200 } = {}): MemoryAttack {
  return {
    count,
    what: `event streams, each with ${what}`,
    allowedBytes: 16 * MIB,
    async run(relay, wanted) {
      const sockets = await send(relay, toRequest, wanted, { each })
      await subscribed(relay, wanted)
      return end(sockets)
    },
  }
}

const MANY_HEADERS = upTo(1_900)
  .map((n) => `x-${n}: ${'y'.repeat(20)}\r\n`)
  .join('')

/** What callers do over HTTP. */
export const BY_HTTP: readonly MemoryAttack[] = [
  eventStreams(
    '60 KB of variables that it does not declare',
    toPost(() => `{${plainQuery()},"variables":{"x":${lists(60_000)}}}`),
  ),
  eventStreams(
    '60 KB of extensions',
    toPost(() => `{${plainQuery()},"extensions":{"x":${lists(60_000)}}}`),
  ),
  eventStreams(
    '60 KB of space in its document',
    toPost(() => `{${plainQuery()}}`.replace('{ json', `{ ${' '.repeat(60_000)} json`)),
  ),
  eventStreams(
    '60 KB of variables by GET',
    toGet(() => `${inUrl(watch())}&variables={"x":${lists(60_000)}}`),
  ),
  eventStreams(
    '60 KB of one header',
    toPost(() => `{${plainQuery()}}`, `X-Long: ${'x'.repeat(60_000)}\r\n`),
  ),
  eventStreams(
    '60 KB of many headers',
    toPost(() => `{${plainQuery()}}`, MANY_HEADERS),
  ),
  eventStreams(
    '60 KB of variables, 20 of them by each connection',
    toPost(() => `{${plainQuery()},"variables":{"x":${lists(60_000)}}}`),
    { each: 20 },
  ),
  {
    count: 100,
    what: 'requests whose bodies come in pieces of a byte, 30 KB of each, and do not end',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const toRequest: ToRequest = (host) =>
        `POST /graphql HTTP/1.1\r\nHost: ${host}\r\n${USUAL}Transfer-Encoding: chunked\r\n\r\n${'1\r\n \r\n'.repeat(30_000)}`
      const sockets = await send(relay, toRequest, count, { waits: false })
      // what was sent is read then
      for (const socket of sockets) while (socket.writableLength > 0) await relay.state()
      for (const _ of upTo(5)) await relay.state()
      return end(sockets)
    },
  },
  {
    count: 300,
    what: 'documents by GET, each beside 60 KB of something else',
    allowedBytes: 16 * MIB,
    async run(relay, count) {
      const toRequest = toGet(
        (n) => `${inUrl(`query LongName${n} { relay { embedded } }`)}&other=${'x'.repeat(60_000)}`,
        'Connection: close\r\n',
      )
      for (const n of upTo(count)) {
        const [socket] = await send(relay, (host) => toRequest(host, n), 1)
        if (socket && !socket.closed) await once(socket, 'close')
      }
      return () => 'they have been answered'
    },
  },
]

/** What callers do over HTTP while MongoDB is not there. */
export const BY_HTTP_MEANWHILE: readonly MemoryAttack[] = [
  eventStreams(
    '60 KB of variables and extensions, while MongoDB is not there',
    toPost(() => `{${plainQuery()},"variables":{"x":${lists(30_000)}},"extensions":{"x":${lists(30_000)}}}`),
  ),
  {
    count: 200,
    what: 'queries, each with 60 KB of variables and extensions, while MongoDB is not there',
    allowedBytes: 32 * MIB,
    async run(relay, count) {
      const beside = `"variables":{"x":${lists(30_000)}},"extensions":{"x":${lists(30_000)}}`
      const sockets = await send(
        relay,
        toPost(() => `{${plainQuery('{ namespaces { db } }')},${beside}}`),
        count,
        { waits: false },
      )
      for (const socket of sockets) while (socket.writableLength > 0) await relay.state()
      for (const _ of upTo(5)) await relay.state()
      return end(sockets)
    },
  },
]
