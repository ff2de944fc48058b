import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { GraphQLSchema } from 'graphql'
import { handleProtocols, makeServer } from 'graphql-ws'
import { WebSocketServer } from 'ws'
import type { Services } from '../../graphql/context.ts'
import type { OperationLimits } from '../../graphql/limits/operation-limits.ts'
import type { Operations } from '../../graphql/operations/operations.ts'
import type { RelayValues } from '../../options/values.ts'
import type { Authentication } from '../authentication.ts'
import { createAuthenticationHooks } from './authentication-hooks.ts'
import type { ConnectionCounts } from '../connection-counts.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { createFastPath } from './fast-path/fast-path.ts'
import { fromHeaders } from '../credentials.ts'
import { type ClientAddress, countedAddress } from '../limits/client-address.ts'
import { watchIdleConnections } from '../limits/idle-connections.ts'
import type { OutputRate } from '../limits/output-rate.ts'
import { createOperationHooks } from './operation-hooks.ts'
import { RelaySocket, listenFor } from './relay-socket.ts'
import type { SocketExtra } from './socket-context.ts'
import { createStaggeredTimer } from './staggered-timer.ts'

/** What a socket may take. */
export type WebSocketLimits = Pick<
  RelayValues,
  | 'maxMessageBytes'
  | 'keepAliveMs'
  | 'slowConsumerMs'
  | 'maxBufferedBytes'
  | 'maxSubscriptionsPerConnection'
  | 'connectionInitMs'
  | 'idleConnectionMs'
>

/** What sockets are served with. */
export interface WebSocketOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly operationLimits: OperationLimits
  readonly operations: Operations
  readonly authentication: Authentication
  readonly limits: WebSocketLimits
  readonly counts: ConnectionCounts
  readonly outputRate: OutputRate
  readonly clients: ClientAddress
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

/** Adapts graphql-ws, which keeps the protocol, to `ws`, which keeps the sockets. */
export function createWebSockets(options: WebSocketOptions): WebSockets {
  const { schema, services, operationLimits, authentication, counts, clients, limits, outputRate } = options
  const { keepAliveMs, maxBufferedBytes, slowConsumerMs, connectionInitMs } = limits
  const connections = createStaggeredTimer<Connection>(keepAliveMs, (connection) => connection.keepAlive())
  const common: ConnectionOptions = {
    fastPath: createFastPath(),
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
    },
  }
  const idle = watchIdleConnections<SocketExtra>({
    idleMs: limits.idleConnectionMs,
    connections,
    // stock clients come back from this one when they have something to ask
    onIdle: (connection) => connection.close(1000, 'Idle'),
  })
  const operations = createOperationHooks(
    schema,
    services,
    operationLimits,
    options.operations,
    authentication.expiry,
    {
      maxSubscriptions: limits.maxSubscriptionsPerConnection,
      onUse: idle.use,
    },
  )
  const callers = createAuthenticationHooks(authentication)
  const protocol = makeServer({
    ...operations,
    ...callers,
    // graphql-ws would keep its timer for as long as the socket
    connectionInitWaitTimeout: 0,
    onConnect(context) {
      context.extra.initialised()
      idle.use(context.extra)
      return callers.onConnect?.(context)
    },
  })
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: RelaySocket,
    // they are among the connections already
    clientTracking: false,
    maxPayload: limits.maxMessageBytes,
    perMessageDeflate: false,
    // an operation that is completed is over before its id can be used again; and a flood lets others have their turn
    allowSynchronousEvents: false,
    handleProtocols,
  })

  const accept = (socket: RelaySocket, below: Duplex, request: IncomingMessage) => {
    counts.webSockets++
    const connection = new Connection(socket, below, countedAddress(clients.of(request)), common)
    connection.offered = fromHeaders(request.headers, authentication)
    connections.add(connection)
    listenFor(socket, connection)
    connection.open(protocol)
  }

  return {
    upgrade(request, socket, head) {
      server.handleUpgrade(request, socket, head, (client) => accept(client, socket, request))
    },
    async stop(graceMs) {
      // from now on upgrades are answered with 503: nothing would close their sockets
      server.close()
      const open = [...connections]
      const gone = open.map((connection) => connection.gone())
      for (const connection of open) connection.close(1001, 'Going away')
      const timer = setTimeout(() => open.forEach((connection) => connection.terminate()), graceMs)
      await Promise.all(gone)
      clearTimeout(timer)
      idle.stop()
    },
  }
}
