import type { GraphQLSchema } from 'graphql'
import { makeServer } from 'graphql-ws'
import type { Services } from '../../graphql/context.ts'
import type { Operations } from '../../graphql/operations/operations.ts'
import type { RelayValues } from '../../options/values.ts'
import type { Authentication } from '../authentication.ts'
import type { ConnectionCounts } from '../connection-counts.ts'
import { fromHeaders } from '../credentials.ts'
import type { Asked } from '../http/asked.ts'
import { watchIdleConnections } from '../limits/idle-connections.ts'
import type { OutputRate } from '../limits/output-rate.ts'
import { createAuthenticationHooks } from './authentication-hooks.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { createOperationHooks } from './operation-hooks.ts'
import type { SocketChannel } from './socket-channel.ts'
import type { SocketExtra } from './socket-context.ts'
import { createSocketLifetimes } from './socket-lifetimes.ts'
import { createStaggeredTimer } from './staggered-timer.ts'

/** What a socket may take. */
export type SocketLimits = Pick<
  RelayValues,
  | 'keepAliveMs'
  | 'slowConsumerMs'
  | 'maxBufferedBytes'
  | 'maxSubscriptionsPerConnection'
  | 'connectionInitMs'
  | 'idleConnectionMs'
  | 'maxStreamMs'
>

/** What sockets are served with. */
export interface SocketsOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly operations: Operations
  readonly authentication: Authentication
  readonly limits: SocketLimits
  readonly counts: ConnectionCounts
  readonly outputRate: OutputRate
}

/** GraphQL over WebSocket. */
export interface Sockets {
  /**
   * Serves a socket. What happens to it, its adapter tells the connection. Clients that do not speak
   * `graphql-transport-ws` are closed with 4406.
   *
   * @param asked the request that it was opened by
   */
  open(channel: SocketChannel, asked: Pick<Asked, 'headers' | 'address' | 'request'>): Connection
  /**
   * Closes all sockets with 1001, after which stock clients come back by themselves, and ends those that do not close
   * within `graceMs`. Settles when all are gone. Idempotent.
   */
  stop(graceMs: number): Promise<void>
}

/** Serves sockets with graphql-ws, which keeps the protocol. */
export function createSockets(options: SocketsOptions): Sockets {
  const { schema, services, authentication, counts, limits, outputRate } = options
  const { keepAliveMs, maxBufferedBytes, slowConsumerMs, connectionInitMs } = limits
  const connections = createStaggeredTimer<Connection>(keepAliveMs, (connection) => connection.keepAlive())
  const lifetimes = createSocketLifetimes(limits.maxStreamMs)
  const common: ConnectionOptions = {
    maxBufferedBytes,
    connectionInitMs,
    keepAliveMs,
    slowConsumerMs,
    outputRate,
    reportError: services.reportError,
    countErrors: services.countErrors,
    onEnd(connection) {
      counts.webSockets--
      connections.delete(connection)
      lifetimes.end(connection)
    },
  }
  const idle = watchIdleConnections<SocketExtra>({
    idleMs: limits.idleConnectionMs,
    connections,
    // stock clients come back from this one when they have something to ask
    onIdle: (connection) => connection.close(1000, 'Idle'),
  })
  const operations = createOperationHooks(schema, services, options.operations, authentication.expiry, {
    maxSubscriptions: limits.maxSubscriptionsPerConnection,
    onUse: idle.use,
  })
  const callers = createAuthenticationHooks(authentication)
  const protocol = makeServer({
    ...operations,
    ...callers,
    // graphql-ws would keep its timer for as long as the socket
    connectionInitWaitTimeout: 0,
    onConnect(context) {
      context.extra.initialised()
      lifetimes.begin(context)
      idle.use(context.extra)
      return callers.onConnect?.(context)
    },
    onPong: ({ extra }, payload) => extra.answered(payload),
  })

  return {
    open(channel, { headers, address, request }) {
      counts.webSockets++
      const connection = new Connection(channel, address, common)
      connection.offered = { ...fromHeaders(headers, authentication), request }
      connections.add(connection)
      connection.open(protocol)
      return connection
    },
    async stop(graceMs) {
      const open = [...connections]
      const gone = open.map((connection) => new Promise<void>((resolve) => connection.onceClosed(resolve)))
      for (const connection of open) connection.close(1001, 'Going away')
      const timer = setTimeout(() => open.forEach((connection) => connection.terminate()), graceMs)
      await Promise.all(gone)
      clearTimeout(timer)
      idle.stop()
    },
  }
}
