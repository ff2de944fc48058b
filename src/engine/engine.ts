import { createServer, type Server as TcpServer, type Socket } from 'node:net'
import { decodeDocument } from '../bson/codec/decode.ts'
import { encodeDocument } from '../bson/codec/encode.ts'
import type { BsonDocument } from '../bson/values.ts'
import { Cursors } from './cursors/cursors.ts'
import { dispatch } from './dispatch/dispatch.ts'
import { FailPoints } from './request/fail-points/fail-points.ts'
import type { ClientConnection, Server } from './request/command.ts'
import { errorReply } from './request/reply.ts'
import { deleteExpired } from './indexes/delete-expired.ts'
import { Operations } from './request/operations.ts'
import { Sessions } from './sessions/sessions.ts'
import { Oplog } from './storage/oplog.ts'
import { Store } from './storage/store.ts'
import { Topology } from './topology.ts'
import { serveConnection } from './wire/connection.ts'
import type { Request } from './wire/message.ts'

/** How an embedded engine is started. Everything has a default. */
export interface EngineOptions {
  /** The address to listen on. Default `127.0.0.1`: the engine has no authentication. */
  readonly host?: string
  /** The port to listen on. Default 0: a free one. */
  readonly port?: number
  /** What the oplog may take in memory before its oldest entries go, in bytes. Default 64 MiB. */
  readonly oplogBytes?: number
  /**
   * Clock in milliseconds since 1970. Default `Date.now`, and for the age of cursors, sessions and transactions one
   * that is never set.
   */
  readonly now?: () => number
  /** How long an unused cursor is kept, in milliseconds. Default 600,000. */
  readonly cursorIdleMs?: number
  /** How long an unused session is kept, in milliseconds. Default 1,800,000. */
  readonly sessionIdleMs?: number
  /** How long a transaction may stay open, in milliseconds. Default 60,000. */
  readonly transactionLifetimeMs?: number
  /** How often the documents whose time is over are deleted, as TTL indexes ask, in milliseconds. Default 60,000. */
  readonly ttlIntervalMs?: number
  /**
   * Whether collections record pre- and post-images unless they are created with `changeStreamPreAndPostImages` off.
   * Default false, as with a server.
   */
  readonly recordsImages?: boolean
  /** How often unused cursors, sessions and transactions are looked for, in milliseconds. Default 5,000. */
  readonly sweepIntervalMs?: number
}

/** A running engine. */
export interface Engine {
  readonly host: string
  readonly port: number
  /** What a driver or shell connects to: `mongodb://127.0.0.1:<port>/?directConnection=true`. */
  readonly uri: string
  /** Closes every connection and cursor, and frees the port. May be called again. */
  stop(): Promise<void>
  /**
   * Does what a server with a disk does when it is started again: ends every connection, cursor and open transaction,
   * stops listening, then listens on the same port, as a new process, with documents, oplog and the records of
   * retryable writes kept and fail points off.
   * @param whileDown awaited while nothing listens
   * @throws the error of `listen` when somebody took the port, and Error when the engine was stopped
   */
  restart(whileDown?: () => Promise<unknown>): Promise<void>
  /**
   * Runs a command in this process, without a connection and a driver, so that every value stays what it is.
   * @returns the reply, also where it says that the command failed
   */
  run(db: string, command: BsonDocument): Promise<BsonDocument>
  /** What is open at this moment. */
  stats(): { readonly connections: number; readonly cursors: number; readonly sessions: number }
}

/**
 * Starts a MongoDB-compatible server in this process: a replica set of one, in memory, for trying, developing and
 * testing. Its data is gone when it stops.
 * @throws the error of `listen`, such as one with code `EADDRINUSE`
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const now = options.now ?? Date.now
  const monotonicNow = options.now ?? (() => performance.now())
  const connections = new Map<Socket, ClientConnection>()
  const server: Server = {
    store: new Store(new Oplog(options.oplogBytes ?? 64 * 1024 * 1024, now), options.recordsImages),
    cursors: new Cursors(monotonicNow, options.cursorIdleMs ?? 600_000, now),
    sessions: new Sessions(monotonicNow, options.sessionIdleMs ?? 1_800_000, options.transactionLifetimeMs ?? 60_000),
    topology: new Topology(new Date(now())),
    failPoints: new FailPoints(),
    operations: new Operations(monotonicNow),
    now,
    monotonicNow,
    connections: () => [...connections.values()],
  }
  let lastConnection = 0
  const listener = createServer((socket) => {
    const connection = { id: ++lastConnection, peer: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}` }
    connections.set(socket, connection)
    socket.on('close', () => connections.delete(socket))
    serveConnection(socket, {
      handle: (request, signal) => dispatch(server, connection, request, signal),
      fail: errorReply,
    })
  })
  const { host, port } = await listen(listener, options.host ?? '127.0.0.1', options.port ?? 0)
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  server.topology.address = address
  const sweeper = setInterval(() => {
    server.cursors.sweep()
    server.sessions.sweep()
  }, options.sweepIntervalMs ?? 5_000)
  sweeper.unref()
  const expiry = startExpiry(server, options.ttlIntervalMs ?? 60_000)

  let isStopped = false

  async function stop(): Promise<void> {
    isStopped = true
    clearInterval(sweeper)
    expiry.stop()
    server.topology.stop()
    server.cursors.killWhere(() => true)
    server.sessions.endAll()
    await closeAll()
  }

  async function restart(whileDown: () => Promise<unknown> = async () => undefined): Promise<void> {
    // first, so that nothing which waits for a transaction is run when that is aborted
    await closeAll()
    server.cursors.killWhere(() => true)
    server.sessions.abortTransactions()
    server.failPoints.clear()
    await whileDown()
    if (isStopped) throw new Error('The engine was stopped')
    server.topology.restart(new Date(now()))
    await listen(listener, host, port)
  }

  async function run(db: string, command: BsonDocument): Promise<BsonDocument> {
    const connection = { id: ++lastConnection, peer: '' }
    const request: Request = {
      requestId: 0,
      framing: 'msg',
      db,
      body: command,
      bodyBytes: encodeDocument(command),
      sequences: new Map(),
      moreToCome: false,
      exhaustAllowed: false,
    }
    const { reply } = await dispatch(server, connection, request, new AbortController().signal)
    return decodeDocument(encodeDocument(reply))
  }

  /** Settles when nothing listens and the last connection is gone. */
  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()))
    for (const socket of connections.keys()) socket.destroy()
    await closed
  }

  return {
    host,
    port,
    uri: `mongodb://${address}/?directConnection=true`,
    stop,
    restart,
    run,
    stats: () => ({ connections: connections.size, cursors: server.cursors.size, sessions: server.sessions.size }),
  }
}

/** Deletes expired documents now and then, one pass at a time. Holds no process open. */
function startExpiry({ store, topology, now }: Server, intervalMs: number): { stop(): void } {
  const stopped = new AbortController()
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy || !topology.isPrimary) return
    isBusy = true
    // a pass that takes too long goes on with the next
    const done = (): boolean => (isBusy = false)
    void deleteExpired(store, now(), stopped.signal).then(done, done)
  }, intervalMs)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      stopped.abort()
    },
  }
}

function listen(listener: TcpServer, host: string, port: number): Promise<{ host: string; port: number }> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen({ host, port, exclusive: true }, () => {
      listener.off('error', reject)
      const address = listener.address()
      // a TCP server that listens has an address with a port
      resolve({ host, port: typeof address === 'object' && address ? address.port : port })
    })
  })
}
