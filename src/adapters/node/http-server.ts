import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../errors.ts'
import type { Core } from '../../relay/core.ts'
import type { RelayValues } from '../../relay/options/values.ts'
import { badRequest } from '../../relay/transport/http/requests/refusal.ts'
import type { ClientAddress } from '../../relay/transport/limits/client-address.ts'
import { createEntrance } from './entrance.ts'
import { admitSockets } from './limits/connections.ts'
import { HttpRequest } from './requests/http-request.ts'
import { refuseUpgrade } from './requests/refuse-upgrade.ts'
import type { Upgrades } from './websocket/upgrades.ts'

/** What the HTTP server hands requests to. */
export interface HttpServerOptions {
  readonly core: Core
  readonly upgrades: Upgrades
  /**
   * Largest request line with all headers, in bytes. A `Last-Event-ID`, or a query by GET, can be as long as a message.
   */
  readonly maxHeaderBytes: number
  readonly limits: HttpLimits
  readonly clients: ClientAddress
}

/** How many HTTP clients there may be, and how long they may take. */
export type HttpLimits = Pick<
  RelayValues,
  | 'maxConnections'
  | 'headersTimeoutMs'
  | 'requestTimeoutMs'
  | 'keepAliveTimeoutMs'
  | 'maxBufferedBytes'
  | 'maxSubscriptionsPerConnection'
>

/** How often Node looks for clients that take too long, at the least, in milliseconds. */
const MAX_CHECKING_MS = 5_000

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

/** A server that hands requests to a router. Not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { core, upgrades, maxHeaderBytes, limits, clients } = options
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits
  const settings = {
    IncomingMessage: HttpRequest,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    // Node takes nothing less
    requestTimeout: Math.max(requestTimeoutMs, headersTimeoutMs),
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, MAX_CHECKING_MS),
  }
  const server = createServer(settings, (request, response) => {
    // Node's parser loses what comes behind an offer to upgrade in the same packet: who sent that is to ask anew
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    // what nothing begins to read in this turn is thrown away: Node would keep it in the pieces that it came in
    request.resume()
    entrance.request(request, response)
  })
  const admit = admitSockets(server, core.places, clients, limits.maxConnections)
  const entrance = createEntrance({ core, upgrades, limits, clients, admit })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // behind an answer that is still being sent, Node would put it amidst this one; who asks may go on without it (RFC
    // 9110 10.1.1)
    if (response.socket) response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('upgrade', entrance.upgrade)
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    socket.on('error', ignoreGone)
    refuseUpgrade(socket, {
      ...badRequest('The relay is no proxy'),
      status: 405,
      headers: { Allow: 'GET, HEAD, POST' },
    })
  })
  return server
}
