import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { GraphQLSchema } from 'graphql'
import type { Context } from 'graphql-ws'
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { ignoreError } from '../errors.ts'
import type { Services } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import type { Authentication } from './authentication.ts'
import { ConnectionRefused, createAuthenticationHooks } from './authentication-hooks.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import { createCorkedSockets } from './corked-sockets.ts'
import { fromHeaders } from './credentials.ts'
import { watchIdleConnections } from './limits/idle-connections.ts'
import type { OutputRate } from './limits/output-rate.ts'
import type { SocketExtra } from './operation-hooks.ts'
import { createOperationHooks } from './operation-hooks.ts'
import { createSocketExtra } from './socket-extra.ts'

/** Options of {@link createWebSockets}. */
export interface WebSocketOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly execution: Execution
  readonly authentication: Authentication
  /** Largest message taken, in bytes. A larger one closes its socket with 1009. */
  readonly maxMessageBytes: number
  readonly connections: ConnectionCounts
  /** How often a socket is pinged, in milliseconds; one that does not answer until the next ping is closed. */
  readonly keepAliveMs: number
  /** How long a socket may read nothing of what waits for it, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
  /** How much may wait in a socket's buffer before its subscriptions have to wait, in bytes. */
  readonly maxBufferedBytes: number
  /** How many operations a socket may have at a time; more get `LIMIT_EXCEEDED`. */
  readonly maxSubscriptions: number
  /** How long a socket may take until it sends `connection_init`, in milliseconds, before it is closed with 4408. */
  readonly connectionInitMs: number
  /** How long a socket may have no operation, in milliseconds, before it is closed with 1000. */
  readonly idleMs: number
  readonly outputRate: OutputRate
}

/** GraphQL over WebSocket. */
export interface WebSockets {
  /** Takes over an HTTP upgrade. Clients that do not speak `graphql-transport-ws` are closed with 4406. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Closes all sockets with 1001, after which stock clients come back by themselves, and ends those that do not close
   * within `graceMs`. Settles when all are gone. Idempotent.
   */
  stop(graceMs: number): Promise<void>
}

/**
 * How much may wait for a client that does not read, on top of what its subscriptions may put there, before nothing is read
 * from it either, in bytes. Otherwise its pings alone, and their answers, would fill the memory.
 */
const MAX_REPLY_BYTES = 1_048_576

/** Adapts graphql-ws, which keeps the protocol, to `ws`, which keeps the sockets. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { schema, services, execution, authentication } = options
  const { maxMessageBytes, keepAliveMs, maxBufferedBytes, slowConsumerMs, connections } = options
  const maxUnreadBytes = maxBufferedBytes + MAX_REPLY_BYTES
  const corked = createCorkedSockets()
  const idle = watchIdleConnections<Context<Record<string, unknown>, SocketExtra>>({
    idleMs: options.idleMs,
    isBusy: ({ subscriptions }) => Object.keys(subscriptions).length > 0,
    // stock clients come back from this one when they have something to ask
    onIdle: ({ extra }) => extra.close(1000, 'Idle'),
  })
  const { maxSubscriptions } = options
  const operations = createOperationHooks(schema, services, execution, authentication.expiry, {
    maxSubscriptions,
    onUse: idle.touch,
  })
  const callers = createAuthenticationHooks(authentication)
  const protocol = makeServer({
    ...operations,
    ...callers,
    connectionInitWaitTimeout: options.connectionInitMs,
    onConnect(context) {
      idle.add(context)
      return callers.onConnect?.(context)
    },
    onClose(context) {
      idle.delete(context)
    },
  })
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // an operation that is completed is over before its id can be used again; and a flood lets others have their turn
    allowSynchronousEvents: false,
    handleProtocols,
  })

  const accept = (socket: WebSocket, below: Duplex, headers: IncomingHttpHeaders) => {
    connections.webSockets++
    socket.on(
      'error',
      ignoreError('ws closes the socket with the code that fits, such as 1009 for a message too large'),
    )
    const pause = () => pauseWhileUnread(socket, maxUnreadBytes)
    const resume = () => resumeWhenRead(socket, maxUnreadBytes)
    // ws answers these by itself
    socket.on('ping', pause)
    below.on('drain', resume)
    // a socket that is filled again before it is empty does not drain
    const stopPinging = keepAlive(socket, keepAliveMs, slowConsumerMs, resume)
    const extra = createSocketExtra({
      socket: below,
      isOpen: () => socket.readyState === socket.OPEN,
      close: (code, reason) => socket.close(code, reason),
      corked,
      maxBufferedBytes,
      outputRate: options.outputRate,
    })
    const offered = fromHeaders(headers, authentication)
    if (offered) extra.offered = offered
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (text) => send(socket, text).finally(resume),
        close: (code, reason) => socket.close(code, reason),
        onMessage(take) {
          socket.on('message', (data, isBinary) => {
            if (isBinary) return socket.close(CloseCode.BadRequest, 'Invalid message received')
            pause()
            take(String(data)).catch((error: unknown) => {
              if (error instanceof ConnectionRefused) return socket.close(error.closeCode, error.message)
              services.reportError(error)
              socket.close(CloseCode.InternalServerError, 'Internal server error')
            })
          })
        },
      },
      extra,
    )
    socket.once('close', (code, reason) => {
      connections.webSockets--
      stopPinging()
      closed(code, String(reason)).catch(services.reportError)
    })
  }

  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => accept(client, socket, request.headers))
    },
    async stop(graceMs) {
      // from now on upgrades are answered with 503: nobody would close their sockets
      server.close()
      const sockets = [...server.clients]
      const gone = sockets.map((socket) => closeOf(socket))
      for (const socket of sockets) socket.close(1001, 'Going away')
      const timer = setTimeout(() => sockets.forEach((socket) => socket.terminate()), graceMs)
      await Promise.all(gone)
      clearTimeout(timer)
      idle.stop()
    },
  }
}

// settles when the socket has taken the message, so that graphql-ws holds one message per subscription at most
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve()
    socket.send(text, (error) => {
      if (error && socket.readyState === socket.OPEN) reject(error)
      else resolve()
    })
  })
}

function pauseWhileUnread(socket: WebSocket, maxUnreadBytes: number): void {
  if (socket.bufferedAmount > maxUnreadBytes) socket.pause()
}

function resumeWhenRead(socket: WebSocket, maxUnreadBytes: number): void {
  if (socket.isPaused && socket.bufferedAmount <= maxUnreadBytes) socket.resume()
}

// a ping waits behind what the client has not read yet: only one that got away counts, or a client that reads nothing at all
function keepAlive(socket: WebSocket, intervalMs: number, slowConsumerMs: number, onTurn: () => void): () => void {
  let unansweredMs = 0
  let waitingBytes = 0
  socket.on('pong', () => (unansweredMs = 0))
  const timer = setInterval(() => {
    onTurn()
    const isReading = socket.bufferedAmount < waitingBytes
    waitingBytes = socket.bufferedAmount
    const limitMs = waitingBytes > 0 ? slowConsumerMs + 2 * intervalMs : intervalMs
    if (isReading) unansweredMs = 0
    if (unansweredMs >= limitMs) return socket.terminate()
    if (unansweredMs === 0) socket.ping()
    unansweredMs += intervalMs
  }, intervalMs)
  return () => clearInterval(timer)
}

function closeOf(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState === socket.CLOSED) resolve()
    else socket.once('close', () => resolve())
  })
}
