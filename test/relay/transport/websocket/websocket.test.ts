import type { IncomingMessage } from 'node:http'
import { CloseCode, createClient } from 'graphql-ws'
import { describe, expect, it } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'

/** A socket on which a test speaks the protocol by hand. */
interface RawSocket {
  readonly socket: WebSocket
  /** The next message that has not been taken yet. */
  receive(): Promise<{ readonly type: string; readonly id?: string; readonly payload?: unknown }>
  send(message: object): void
  /** The code that the socket was closed with. */
  readonly closed: Promise<number>
}

function open(
  url: string,
  protocols: string | string[] = 'graphql-transport-ws',
  options: ClientOptions = {},
): RawSocket {
  const socket = new WebSocket(url.replace('http', 'ws'), protocols, options)
  const messages: string[] = []
  let wake = () => {}
  socket.on('message', (data) => {
    messages.push(String(data))
    wake()
  })
  return {
    socket,
    closed: new Promise((resolve) => socket.on('close', resolve)),
    send: (message) => socket.send(JSON.stringify(message)),
    async receive() {
      while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return JSON.parse(messages.shift() ?? '')
    },
  }
}

async function connectTo(at: RelayFixture): Promise<RawSocket> {
  const raw = open(at.relay.graphqlUrl)
  at.onEnd(() => raw.socket.terminate())
  await new Promise((resolve) => raw.socket.on('open', resolve))
  raw.send({ type: 'connection_init' })
  expect(await raw.receive()).toEqual({ type: 'connection_ack' })
  return raw
}

describe('the WebSocket endpoint', () => {
  const at = useRelay()
  const connect = () => connectTo(at)

  it('answers an operation that is not valid and leaves the socket and its subscriptions alone', async () => {
    const raw = await connect()
    const { t, i } = await at.deployment.operationTime()
    const query = `subscription { changes(db: "${at.db}", coll: "c", startAtOperationTime: {t: ${t}, i: ${i + 1}}) { operationType } }`
    raw.send({ type: 'subscribe', id: 'good', payload: { query } })
    raw.send({ type: 'subscribe', id: 'syntax', payload: { query: '{' } })
    expect(await raw.receive()).toMatchObject({ type: 'error', id: 'syntax', payload: [{ message: /Syntax/ }] })
    raw.send({ type: 'subscribe', id: 'invalid', payload: { query: '{ nothing }' } })
    expect(await raw.receive()).toMatchObject({ type: 'error', id: 'invalid' })
    raw.send({
      type: 'subscribe',
      id: 'unnamed',
      payload: { query: 'query A { relay { version } }', operationName: 'B' },
    })
    expect(await raw.receive()).toMatchObject({ type: 'error', id: 'unnamed' })

    await at.deployment.client.db(at.db).collection('c').insertOne({})
    expect(await raw.receive()).toEqual({
      type: 'next',
      id: 'good',
      payload: { data: { changes: { operationType: 'insert' } } },
    })
  })

  it('executes queries', async () => {
    const client = createClient({ url: at.relay.graphqlUrl.replace('http', 'ws'), webSocketImpl: WebSocket })
    const results = []
    for await (const result of client.iterate({ query: '{ relay { embedded } }' })) results.push(result)
    expect(results).toEqual([{ data: { relay: { embedded: false } } }])
    await client.dispose()
  })

  it('does not compress', async () => {
    const raw = await connect()
    expect(raw.socket.extensions).toBe('')
  })

  it('closes a socket that sends more than 64 KiB in a message, and no other one', async () => {
    const raw = await connect()
    const other = await connect()
    raw.send({ type: 'ping', payload: { text: 'x'.repeat(70_000) } })
    expect(await raw.closed).toBe(1009)
    other.send({ type: 'ping', payload: { text: 'x'.repeat(60_000) } })
    expect(await other.receive()).toMatchObject({ type: 'pong' })
  })

  it.each([
    ['a message that is no JSON', 'x', CloseCode.BadRequest],
    ['an unknown type of message', '{"type":"nothing"}', CloseCode.BadRequest],
    ['a second init', '{"type":"connection_init"}', CloseCode.TooManyInitialisationRequests],
  ])('closes a socket for %s', async (_name, text, code) => {
    const raw = await connect()
    raw.socket.send(text)
    expect(await raw.closed).toBe(code)
  })

  it('closes a socket that subscribes before it is acknowledged', async () => {
    const raw = open(at.relay.graphqlUrl)
    raw.socket.on('open', () => raw.send({ type: 'subscribe', id: '1', payload: { query: '{ relay { version } }' } }))
    expect(await raw.closed).toBe(CloseCode.Unauthorized)
  })

  const subscribe = (id: string) => ({
    type: 'subscribe',
    id,
    payload: { query: `subscription { changes(db: "${at.db}", coll: "c", announceStart: true) { operationType } }` },
  })
  const started = (id: string) => ({ type: 'next', id, payload: { data: { changes: { operationType: 'started' } } } })

  it('closes a socket that uses the id of a subscription under way', async () => {
    const raw = await connect()
    raw.send(subscribe('1'))
    expect(await raw.receive()).toEqual(started('1'))
    raw.send(subscribe('1'))
    expect(await raw.closed).toBe(CloseCode.SubscriberAlreadyExists)
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })

  it('takes the id of a subscription that is over, completed by the client or ended by an error', async () => {
    const raw = await connect()
    raw.send(subscribe('1'))
    expect(await raw.receive()).toEqual(started('1'))
    raw.send({ type: 'complete', id: '1' })
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
    const bad = '8200'
    const query = `subscription { changes(db: "${at.db}", coll: "c", startAfter: "${bad}") { operationType } }`
    raw.send({ type: 'subscribe', id: '1', payload: { query } })
    expect(await raw.receive()).toMatchObject({ type: 'error', id: '1' })
    raw.send(subscribe('1'))
    expect(await raw.receive()).toEqual(started('1'))
    expect(at.relay.stats().subscribers).toBe(1)
  })

  it('has done with a subscription that is completed in the same breath', async () => {
    const raw = await connect()
    // one packet
    Reflect.get(raw.socket, '_socket').cork()
    for (const id of ['1', '2', '3']) {
      raw.send(subscribe(id))
      raw.send({ type: 'complete', id })
    }
    raw.send(subscribe('4'))
    Reflect.get(raw.socket, '_socket').uncork()
    // a server that is quick may have answered in between
    let first = await raw.receive()
    for (const id of ['1', '2', '3']) if (first.id === id) first = await raw.receive()
    expect(first).toEqual(started('4'))
    expect(at.relay.stats().subscribers).toBe(1)
  })

  it('speaks no other subprotocol', async () => {
    const legacy = open(at.relay.graphqlUrl, 'graphql-ws')
    legacy.socket.on('error', () => 'the client misses its subprotocol')
    await legacy.closed
    expect(legacy.socket.protocol).toBe('')
    const none = open(at.relay.graphqlUrl, [])
    expect(await none.closed).toBe(CloseCode.SubprotocolNotAcceptable)
  })

  it.each([
    ['from a page of another origin', '/graphql', { origin: 'http://evil.example' }, 403],
    ['for a host name that is not its own', '/graphql', { headers: { host: 'evil.example' } }, 403],
    ['at another path', '/other', {}, 404],
  ])('refuses a socket %s', async (_name, path, options, status) => {
    const raw = open(new URL(path, at.relay.url).href, 'graphql-transport-ws', options)
    const response = await new Promise<IncomingMessage>((resolve) => {
      raw.socket.on('unexpected-response', (_request, answer) => resolve(answer))
    })
    expect(response.statusCode).toBe(status)
    raw.socket.on('error', () => 'terminated before it was open')
    raw.socket.terminate()
  })

  it('takes a socket from its own page', async () => {
    const raw = open(at.relay.graphqlUrl, 'graphql-transport-ws', { origin: new URL(at.relay.url).origin })
    await new Promise((resolve) => raw.socket.on('open', resolve))
    raw.socket.terminate()
  })

  it('tells stock clients to come back when it stops', async () => {
    const raw = await connect()
    await at.relay.stop()
    expect(await raw.closed).toBe(1001)
  })
})

describe('the WebSocket endpoint of a relay whose change streams do not linger', () => {
  const at = useRelay(() => ({ lingerMs: 0 }))
  const connect = () => connectTo(at)

  it('closes the change stream of a socket that is cut off, which its subscriptions shared', async () => {
    const before = await at.deployment.openCursors()
    const raw = await connect()
    for (const id of ['1', '2', '3']) {
      raw.send({
        type: 'subscribe',
        id,
        payload: { query: `subscription { changes(db: "${at.db}", coll: "c") { operationType } }` },
      })
    }
    await expect.poll(() => at.deployment.openCursors()).toBe(before + 1)
    raw.socket.terminate()
    await expect.poll(() => at.deployment.openCursors()).toBe(before)
  })
})

describe('a WebSocket without an init', () => {
  const at = useRelay(() => ({ connectionInitMs: 100 }))

  it('is closed', async () => {
    const raw = open(at.relay.graphqlUrl)
    expect(await raw.closed).toBe(CloseCode.ConnectionInitialisationTimeout)
  })
})

describe('a WebSocket client that sends without reading', () => {
  const at = useRelay(() => ({ keepAliveMs: 200, slowConsumerMs: 200 }))

  it('is not read from any more, and ends up closed', async () => {
    const raw = open(at.relay.graphqlUrl)
    await new Promise((resolve) => raw.socket.on('open', resolve))
    raw.send({ type: 'connection_init' })
    await raw.receive()
    raw.socket.pause()
    const payload = { text: 'x'.repeat(60_000) }
    for (let count = 0; count < 1_000; count++) raw.send({ type: 'ping', payload })
    const smallest = { bytes: Infinity }
    const watching = setInterval(() => (smallest.bytes = Math.min(smallest.bytes, raw.socket.bufferedAmount)), 5)
    // the stream below notices the end although nobody reads
    await new Promise((resolve) => Reflect.get(raw.socket, '_socket').on('close', resolve))
    clearInterval(watching)
    raw.socket.terminate()
    expect(smallest.bytes).toBeGreaterThan(10_000_000)
  })
})
