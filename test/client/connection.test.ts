import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import {
  type ConnectionOptions,
  openConnection,
  type Operation,
  type Result,
} from '../../src/client/connection/connection.ts'
import type { End } from '../../src/client/connection/end.ts'

interface Message {
  readonly id: string
  readonly type: string
  readonly payload: Operation
}

function send(socket: WebSocket, type: string, fields: object = {}): void {
  socket.send(JSON.stringify({ type, ...fields }))
}

interface Opened {
  readonly close: () => void
  readonly results: readonly Result[]
  readonly ends: readonly End[]
  readonly isOpen: () => boolean
}

const OPERATION: Operation = { query: 'subscription { changes { resumeToken } }', variables: { db: 'test' } }

function open(url: string, limits: Partial<ConnectionOptions> = {}): Opened {
  const results: Result[] = []
  const ends: End[] = []
  let isOpen = false
  const close = openConnection({ url, webSocketImpl: WebSocket, ...limits }, OPERATION, {
    onOpen: () => (isOpen = true),
    onResult: (result) => results.push(result),
    onEnd: (end) => ends.push(end),
  })
  return { close, results, ends, isOpen: () => isOpen }
}

/** Acknowledges, and answers the subscription in this way. */
function answering(
  answer: (socket: WebSocket, message: Message) => void,
): (socket: WebSocket, message: Message) => void {
  return (socket, message) => {
    if (message.type === 'connection_init') send(socket, 'connection_ack')
    else if (message.type === 'subscribe') answer(socket, message)
  }
}

describe('a connection', () => {
  let server: WebSocketServer
  let behave: (socket: WebSocket, message: Message) => void = () => undefined

  let url: string

  // a server that speaks only as far as a test tells it to
  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'graphql-transport-ws' })
    server.on('connection', (socket) => {
      socket.on('message', (data) => behave(socket, JSON.parse(String(data)) as Message))
    })
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // a TCP server's address is never a string
    url = `ws://127.0.0.1:${port}/graphql`
  })

  afterEach(async () => {
    for (const socket of server.clients) socket.terminate()
    await new Promise((resolve) => server.close(resolve))
  })

  it('sends its operation and reports results in order', async () => {
    let payload: unknown
    const sent = ['b', 'c'].map((token) => ({ data: { changes: { resumeToken: token } } }))
    behave = answering((socket, message) => {
      payload = message.payload
      for (const result of sent) send(socket, 'next', { id: message.id, payload: result })
    })
    const { close, results, isOpen, ends } = open(url)
    await vi.waitFor(() => expect(results).toEqual(sent))
    expect(isOpen()).toBe(true)
    expect(payload).toEqual(OPERATION)
    close()
    await vi.waitFor(() => expect(server.clients.size).toBe(0))
    expect(ends).toEqual([])
  })

  const errors = [{ message: 'Refused', extensions: { code: 'BAD_USER_INPUT' } }]
  it.each<[string, (socket: WebSocket, message: Message) => void, End]>([
    [
      'the relay refuses it',
      (socket, { id }) => send(socket, 'error', { id, payload: errors }),
      { kind: 'errors', errors },
    ],
    ['the relay completes it', (socket, { id }) => send(socket, 'complete', { id }), { kind: 'completed' }],
    ['the socket is closed', (socket) => socket.close(1012, 'x'), { kind: 'closed', code: 1012, reason: 'x' }],
    ['the socket is closed normally', (socket) => socket.close(1000, 'y'), { kind: 'closed', code: 1000, reason: 'y' }],
    ['the socket is cut', (socket) => socket.terminate(), { kind: 'closed', code: 1006, reason: '' }],
    ['the socket is closed as fatal', (socket) => socket.close(4500, 'z'), { kind: 'closed', code: 4500, reason: 'z' }],
  ])('ends once, and does not come back, when %s', async (_, answer, end) => {
    let connections = 0
    server.on('connection', () => (connections += 1))
    behave = answering(answer)
    const { ends } = open(url)
    await vi.waitFor(() => expect(ends).toEqual([end]))
    await vi.waitFor(() => expect(server.clients.size).toBe(0))
    expect(connections).toBe(1)
  })

  it('ends when the relay sends what is no message of the protocol', async () => {
    behave = (socket) => socket.send('<html>')
    const { ends } = open(url)
    await vi.waitFor(() => expect(ends).toHaveLength(1))
    expect(ends[0]).toMatchObject({ kind: 'closed' })
  })

  it('ends when the relay does not acknowledge in time', async () => {
    behave = () => undefined
    const { ends, isOpen } = open(url, { connectTimeoutMs: 50 })
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed', code: 4499 }]))
    expect(isOpen()).toBe(false)
  })

  it('ends when a ping is not answered in time', async () => {
    behave = answering(() => undefined)
    const { ends, isOpen } = open(url, { pingIntervalMs: 20, pongTimeoutMs: 50 })
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed', code: 4499 }]))
    expect(isOpen()).toBe(true)
  })

  it('lives on while pings are answered', async () => {
    let pings = 0
    behave = (socket, message) => {
      if (message.type === 'connection_init') send(socket, 'connection_ack')
      if (message.type !== 'ping') return
      pings += 1
      send(socket, 'pong')
    }
    const { ends, close } = open(url, { pingIntervalMs: 10, pongTimeoutMs: 50 })
    await vi.waitFor(() => expect(pings).toBeGreaterThan(10))
    expect(ends).toEqual([])
    close()
  })

  it('reports nothing and leaves nothing open when it is closed while connecting', async () => {
    behave = answering(() => undefined)
    const { ends, close, isOpen } = open(url)
    close()
    await vi.waitFor(() => expect(server.clients.size).toBe(0))
    expect(isOpen()).toBe(false)
    expect(ends).toEqual([])
  })

  it('ends when nothing listens', async () => {
    await new Promise((resolve) => server.close(resolve))
    const { ends } = open(url)
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed' }]))
  })
})
