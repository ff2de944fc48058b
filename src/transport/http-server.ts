import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from 'node:http'
import { createServer, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../errors.ts'
import { isGraphiqlRequest } from './graphiql.ts'
import type { OriginPolicy } from './origin-policy.ts'
import type { PageFiles } from './page-files.ts'
import { respondHealth } from './health.ts'
import { createClientAddress } from './limits/client-address.ts'
import type { ConnectionLimitOptions } from './limits/connections.ts'
import { limitConnections } from './limits/connections.ts'
import { refuseRequest, RETRY_AFTER } from './refuse-request.ts'
import { respondText } from './respond.ts'
import { COMMON_HEADERS } from './security-headers.ts'
import { whenOver } from './when-over.ts'

/** Answers one request, in its own time. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What the HTTP server hands requests to. */
export interface HttpServerOptions {
  /** The path of everything GraphQL. */
  readonly endpoint: string
  readonly graphql: RequestHandler
  /** Absent: browsers that open the endpoint get what other clients get. */
  readonly graphiql?: RequestHandler | undefined
  /** Why the relay cannot serve now; `undefined` when it can. */
  readonly trouble: () => string | undefined
  /** Answers `/metrics`, if anybody does here. */
  readonly metrics?: RequestHandler | undefined
  readonly page: PageFiles
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly origins: OriginPolicy
  /** Largest request line with all headers, in bytes. A `Last-Event-ID`, or a query by GET, can be as long as a message. */
  readonly maxHeaderBytes: number
  readonly connections: Omit<ConnectionLimitOptions, 'clients'> & { readonly trustedProxies: readonly string[] }
  /** How long a request's headers, and all of it, may take, and how long a connection is kept for the next one. */
  readonly timeouts: HttpTimeouts
  readonly reportError: (error: unknown) => void
}

/** How long HTTP clients may take, in milliseconds. */
export interface HttpTimeouts {
  readonly headersMs: number
  readonly requestMs: number
  readonly keepAliveMs: number
}

/** How often Node looks for clients that take too long, at the least, in milliseconds. */
const MAX_CHECKING_MS = 5_000

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

const PAGE_NOT_BUILT = 'The live page is not built; run `npm run build`. GraphQL is at /graphql'

/** Routes requests by path. Not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { endpoint, upgrade, origins, maxHeaderBytes, timeouts, reportError } = options
  const { trustedProxies, ...connectionLimits } = options.connections
  const settings = {
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: timeouts.headersMs,
    // Node takes nothing less
    requestTimeout: Math.max(timeouts.requestMs, timeouts.headersMs),
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: Math.min(timeouts.headersMs, MAX_CHECKING_MS),
  }
  const server = createServer(settings, (request, response) => {
    const refusal = limits.admit(request, (release) => whenOver(response, release))
    if (refusal) return refuseRequest(response, refusal)
    route(request, response, options).catch((error: unknown) => {
      // a client that goes away while it is answered is nobody's error
      if (response.destroyed) return
      reportError(error)
      if (response.headersSent) response.destroy()
      else respondText(response, 500)
    })
  })
  const limits = limitConnections(server, { ...connectionLimits, clients: createClientAddress(trustedProxies) })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', ignoreGone)
    if (pathOf(request) !== endpoint) return refuse(socket, '404 Not Found')
    if (!origins.isHostAllowed(request.headers) || !origins.isOriginAllowed(request.headers)) {
      return refuse(socket, '403 Forbidden')
    }
    const refusal = limits.admit(request, (release) => socket.once('close', release))
    if (refusal) return refuse(socket, `${refusal.status} ${STATUS_CODES[refusal.status]}`, RETRY_AFTER)
    upgrade(request, socket, head)
  })
  return server
}

async function route(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const { endpoint, graphql, graphiql, page, origins, metrics } = options
  if (!origins.isHostAllowed(request.headers)) {
    return respondText(response, 403, 'This relay does not answer to that host name')
  }
  const path = pathOf(request)
  if (path === endpoint) {
    return graphiql && isGraphiqlRequest(request) ? graphiql(request, response) : graphql(request, response)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return respondText(response, 405)
  }
  if (respondHealth(response, path, options.trouble)) return
  if (path === '/metrics' && metrics) return metrics(request, response)
  if (page.serve(request, response, path)) return
  return respondText(response, 404, path === '/' ? PAGE_NOT_BUILT : `Nothing is at ${path}`)
}

/** The part before the query as it came: a file is found by its exact name only. */
export function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

function refuse(socket: Duplex, status: string, headers: OutgoingHttpHeaders = {}): void {
  const all = Object.entries({ ...COMMON_HEADERS, ...headers, Connection: 'close', 'Content-Length': 0 })
  const lines = all.map(([name, value]) => `${name}: ${String(value)}\r\n`)
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`)
  // a client that does not close would keep the socket
  socket.once('finish', () => socket.destroy())
}
