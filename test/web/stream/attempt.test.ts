import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { createOpenAttempt } from '../../../web/stream/attempt.ts'
import type { Change, End, Variables } from '../../../web/stream/attempt-events.ts'
import { toChange } from './fakes.ts'

interface Message {
  readonly id: string
  readonly type: string
  readonly payload: { readonly variables: Variables }
}

function send(socket: WebSocket, type: string, fields: object = {}): void {
  socket.send(JSON.stringify({ type, ...fields }))
}

interface Attempt {
  readonly cancel: () => void
  readonly changes: readonly Change[]
  readonly ends: readonly End[]
  readonly opened: () => boolean
}

function attempt(url: string, limits = {}): Attempt {
  const open = createOpenAttempt({ url, webSocketImpl: WebSocket, ...limits })
  const changes: Change[] = []
  const ends: End[] = []
  let opened = false
  const cancel = open(
    { db: 'test', coll: 'test', startAfter: 'a' },
    {
      onOpen: () => (opened = true),
      onChange: (change) => changes.push(change),
      onEnd: (end) => ends.push(end),
    },
  )
  return { cancel, changes, ends, opened: () => opened }
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

describe('an attempt', () => {
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

  it('subscribes with its arguments and reports changes in order', async () => {
    let variables: unknown
    behave = answering((socket, { id, payload }) => {
      variables = payload.variables
      for (const token of ['b', 'c']) send(socket, 'next', { id, payload: { data: { changes: toChange(token) } } })
    })
    const { cancel, changes, opened, ends } = attempt(url)
    await vi.waitFor(() => expect(changes.map((change) => change.resumeToken)).toEqual(['b', 'c']))
    expect(opened()).toBe(true)
    expect(variables).toEqual({ db: 'test', coll: 'test', startAfter: 'a' })
    cancel()
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
    [
      'an event cannot be had',
      (socket, { id }) => send(socket, 'next', { id, payload: { data: null, errors } }),
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
    const { ends } = attempt(url)
    await vi.waitFor(() => expect(ends).toEqual([end]))
    await vi.waitFor(() => expect(server.clients.size).toBe(0))
    expect(connections).toBe(1)
  })

  it('ends when the relay sends what is no message of the protocol', async () => {
    behave = (socket) => socket.send('<html>')
    const { ends } = attempt(url)
    await vi.waitFor(() => expect(ends).toHaveLength(1))
    expect(ends[0]).toMatchObject({ kind: 'closed' })
  })

  it('ends when the relay does not acknowledge in time', async () => {
    behave = () => undefined
    const { ends, opened } = attempt(url, { connectTimeoutMs: 50 })
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed', code: 4499 }]))
    expect(opened()).toBe(false)
  })

  it('ends when a ping is not answered in time', async () => {
    behave = answering(() => undefined)
    const { ends, opened } = attempt(url, { pingIntervalMs: 20, pongTimeoutMs: 50 })
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed', code: 4499 }]))
    expect(opened()).toBe(true)
  })

  it('lives on while pings are answered', async () => {
    let pings = 0
    behave = (socket, message) => {
      if (message.type === 'connection_init') send(socket, 'connection_ack')
      if (message.type !== 'ping') return
      pings += 1
      send(socket, 'pong')
    }
    const { ends, cancel } = attempt(url, { pingIntervalMs: 10, pongTimeoutMs: 50 })
    await vi.waitFor(() => expect(pings).toBeGreaterThan(10))
    expect(ends).toEqual([])
    cancel()
  })

  it('reports nothing and leaves nothing open when it is cancelled while connecting', async () => {
    behave = answering(() => undefined)
    const { ends, cancel, opened } = attempt(url)
    cancel()
    await vi.waitFor(() => expect(server.clients.size).toBe(0))
    expect(opened()).toBe(false)
    expect(ends).toEqual([])
  })

  it('ends when nothing listens', async () => {
    await new Promise((resolve) => server.close(resolve))
    const { ends } = attempt(url)
    await vi.waitFor(() => expect(ends).toMatchObject([{ kind: 'closed' }]))
  })
})
