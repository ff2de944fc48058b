import { type IncomingMessage, request } from 'node:http'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { RelayOptions } from '../../../../src/relay/options.ts'
import { openConnection } from '../../../support/open-connection.ts'
import { openRawSubscriber } from '../../../support/raw-subscriber.ts'
import { type RelayFixture, useRelay } from '../../../support/relay.ts'

const QUERY = JSON.stringify({ query: '{ relay { embedded } }' })

function ask(
  at: RelayFixture,
  headers: Record<string, string> = {},
): Promise<{ status?: number; text: string; headers: IncomingMessage['headers'] }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      at.relay.graphqlUrl,
      { method: 'POST', agent: false, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = ''
        response.on('data', (chunk) => (text += String(chunk)))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }))
      },
    )
    sent.on('error', reject)
    sent.end(QUERY)
  })
}

/** The status that a WebSocket gets instead of being opened. */
async function refusedSocket(at: RelayFixture, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const socket = new WebSocket(at.relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws', { headers })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    socket.on('unexpected-response', (_request, answer) => resolve(answer))
    socket.on('open', () => reject(new Error('The socket was opened')))
  })
  socket.on('error', () => 'terminated before it was open')
  socket.terminate()
  return response
}

describe('a relay with a limit of connections', () => {
  const at = useRelay(() => ({ maxConnections: 3, headersTimeoutMs: 60_000 }))

  it('refuses requests and sockets over it with 503, serves those it has, and others when some leave', async () => {
    const subscriber = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => subscriber.close())
    subscriber.subscribe(
      '1',
      `subscription { changes(db: "${at.db}", coll: "c", announceStart: true) { operationType } }`,
    )
    await expect.poll(() => subscriber.received.get('1')?.length).toBe(1)
    const idle = await openConnection(at)
    await openConnection(at)

    const refused = await ask(at)
    expect([refused.status, refused.headers['retry-after'], JSON.parse(refused.text)]).toEqual([
      503,
      '5',
      {
        errors: [
          {
            message: 'The relay has 3 connections already, as `maxConnections` allows',
            extensions: { code: 'LIMIT_EXCEEDED' },
          },
        ],
      },
    ])
    const socket = await refusedSocket(at)
    expect([socket.statusCode, socket.headers['retry-after']]).toEqual([503, '5'])

    await at.deployment.client.db(at.db).collection('c').insertOne({})
    await expect.poll(() => subscriber.received.get('1')?.length).toBe(2)
    idle.destroy()
    await expect.poll(async () => (await ask(at)).status).toBe(200)
  })

  it('cuts off whoever opens many more than that without a word', async () => {
    const sockets = await Promise.all(Array.from({ length: 80 }, () => openConnection(at)))
    await expect.poll(() => sockets.filter(({ destroyed }) => destroyed).length).toBeGreaterThanOrEqual(80 - 3 - 64)
    for (const socket of sockets) socket.destroy()
    await expect.poll(async () => (await ask(at).catch(() => undefined))?.status).toBe(200)
  })
})

describe('a relay with a limit of connections per address', () => {
  const origin = 'https://app.example.com'
  const at = useRelay(() => ({ maxConnectionsPerAddress: 2, allowedOrigins: [origin] }))

  it('refuses what is over it with 429', async () => {
    const idle = await openConnection(at)
    await openConnection(at)
    const { status, headers } = await ask(at, { origin })
    // a page may read why
    expect([status, headers['access-control-allow-origin']]).toEqual([429, origin])
    expect((await refusedSocket(at)).statusCode).toBe(429)
    // nobody believes this
    expect((await ask(at, { 'x-forwarded-for': '198.51.100.1' })).status).toBe(429)
    idle.destroy()
    await expect.poll(async () => (await ask(at)).status).toBe(200)
  })
})

describe('a relay behind a trusted proxy', () => {
  const at = useRelay(() => ({ maxConnectionsPerAddress: 2, trustedProxies: ['127.0.0.1'] }))
  const from = (address: string) => ({ 'x-forwarded-for': address })

  it('counts by the address that the proxy tells', async () => {
    const sockets = [1, 2].map(
      () =>
        new WebSocket(at.relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws', {
          headers: from('198.51.100.1'),
        }),
    )
    at.onEnd(() => sockets.forEach((socket) => socket.terminate()))
    await Promise.all(sockets.map((socket) => once(socket, 'open')))
    expect((await refusedSocket(at, from('198.51.100.1'))).statusCode).toBe(429)
    expect((await ask(at, from('198.51.100.1'))).status).toBe(429)
    expect((await ask(at, from('198.51.100.2'))).status).toBe(200)
    sockets[0]?.terminate()
    await expect.poll(async () => (await ask(at, from('198.51.100.1'))).status).toBe(200)
  })
})

describe('an HTTP client that takes its time', () => {
  const options: RelayOptions = { headersTimeoutMs: 200, requestTimeoutMs: 400, keepAliveTimeoutMs: 200 }
  const at = useRelay(() => options)

  it.each([
    ['sends nothing', '', ''],
    ['sends half of its headers', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow', '408'],
    [
      'sends half of its body',
      'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"q',
      '408',
    ],
    ['sends nothing more', 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', '200'],
  ])('is cut off when it %s', async (_title, text, status) => {
    const socket = await openConnection(at)
    let answer = ''
    socket.on('data', (chunk) => (answer += String(chunk)))
    socket.write(text)
    await once(socket, 'close')
    expect(answer.slice(9, 12)).toBe(status === '' ? answer.slice(9, 12) : status)
  })
})

describe('a WebSocket', () => {
  const at = useRelay(() => ({ idleConnectionMs: 200, connectionInitMs: 150, maxSubscriptionsPerConnection: 2 }))
  const changes = () => `subscription { changes(db: "${at.db}", coll: "c", announceStart: true) { operationType } }`

  it('is closed with 4408 when it does not send connection_init in time', async () => {
    const socket = new WebSocket(at.relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws')
    const [code] = await once(socket, 'close')
    expect(code).toBe(4408)
  })

  it('is closed with 1000 when it asks for nothing, and not while it has a subscription', async () => {
    const socket = new WebSocket(at.relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws')
    await once(socket, 'open')
    const busy = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => busy.close())
    busy.subscribe('1', changes())
    socket.send('{"type":"connection_init"}')
    const [code] = await once(socket, 'close')
    expect(code).toBe(1000)
    await expect.poll(() => busy.received.get('1')?.length).toBe(1)
    await at.deployment.client.db(at.db).collection('c').insertOne({})
    await expect.poll(() => busy.received.get('1')?.length).toBe(2)
  })

  it('gets LIMIT_EXCEEDED for one operation too many, and keeps the others', async () => {
    const raw = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => raw.close())
    for (const id of ['1', '2', '3']) raw.subscribe(id, changes())
    await expect
      .poll(() => raw.errors.get('3'))
      .toEqual([
        [
          {
            message: 'This connection has 2 operations already, as `maxSubscriptionsPerConnection` allows',
            extensions: { code: 'LIMIT_EXCEEDED' },
          },
        ],
      ])
    raw.complete('1')
    raw.subscribe('4', changes())
    await expect.poll(() => raw.received.get('4')?.length).toBe(1)
    expect(raw.received.get('2')).toHaveLength(1)
  })
})
