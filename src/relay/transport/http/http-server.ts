import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../../../errors.ts'
import type { Logger } from '../../../util/logger.ts'
import { isGraphiqlRequest } from './graphiql.ts'
import { GRAPHQL_METHODS, respondOptions } from './requests/cors.ts'
import { HttpRequest } from './requests/http-request.ts'
import { createOriginGuard, type OriginGuard } from './requests/origin-guard.ts'
import { refuseRequest, refuseUpgrade } from './requests/refuse-request.ts'
import { badRequest, type Refusal } from './requests/refusal.ts'
import { pathOf, settleTarget } from './requests/request-target.ts'
import type { OriginPolicy } from '../origin-policy.ts'
import type { PageFiles } from './page-files.ts'
import { respondHealth } from './health.ts'
import type { RelayValues } from '../../options/values.ts'
import { addressOf, type ClientAddress } from '../limits/client-address.ts'
import { type ConnectionLimits, limitConnections } from '../limits/connections.ts'
import { respondText } from './respond.ts'
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
  /** Answers `/metrics`; absent: that is not served here. */
  readonly metrics?: RequestHandler | undefined
  readonly page: PageFiles
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly origins: OriginPolicy
  /**
   * Largest request line with all headers, in bytes. A `Last-Event-ID`, or a query by GET, can be as long as a message.
   */
  readonly maxHeaderBytes: number
  readonly limits: HttpLimits
  readonly clients: ClientAddress
  readonly log: Logger
  readonly reportError: (error: unknown) => void
  /** Notes in the log that a limit refused a caller. */
  readonly noteLimit: (message: string) => void
}

/** How many HTTP clients there may be, and how long they may take. */
export type HttpLimits = ConnectionLimits &
  Pick<RelayValues, 'headersTimeoutMs' | 'requestTimeoutMs' | 'keepAliveTimeoutMs'>

/** How often Node looks for clients that take too long, at the least, in milliseconds. */
const MAX_CHECKING_MS = 5_000

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

const PAGE_NOT_BUILT = 'The live page is not built; run `npm run build`. GraphQL is at /graphql'

/** Routes requests by path. Not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { endpoint, upgrade, origins, maxHeaderBytes, limits, clients, reportError } = options
  const { headersTimeoutMs, requestTimeoutMs, keepAliveTimeoutMs } = limits
  const guard = createOriginGuard(origins, options.log)
  const settings = {
    IncomingMessage: HttpRequest,
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    // Node takes nothing less
    requestTimeout: Math.max(requestTimeoutMs, headersTimeoutMs),
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.min(headersTimeoutMs, MAX_CHECKING_MS),
  }
  /** Makes of any request one that the rest can take as it is, or gives why that cannot be. */
  const enter = (request: IncomingMessage): Refusal | undefined => {
    const { headers, socket } = request
    if (headers['x-forwarded-host'] !== undefined && !clients.isProxy(addressOf(socket))) {
      delete headers['x-forwarded-host']
    }
    return settleTarget(request) ?? guard.refuseHost(headers)
  }
  const server = createServer(settings, (request, response) => {
    // Node's parser loses what comes behind an offer to upgrade in the same packet: who sent that is to ask anew
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    // what nothing begins to read in this turn is thrown away: Node would keep it in the pieces that it came in
    request.resume()
    const refusal = places.admit(request, (release) => whenOver(response, release))
    if (refusal) return refuseRequest(response, refusal)
    route(request, response, { ...options, enter, guard }).catch((error: unknown) => {
      // a client that goes away while it is answered is no error
      if (response.destroyed) return
      reportError(error)
      if (response.headersSent) response.destroy()
      else respondText(response, 500)
    })
  })
  const places = limitConnections(server, limits, clients, options.noteLimit)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // behind an answer that is still being sent, Node would put it amidst this one; who asks may go on without it (RFC
    // 9110 10.1.1)
    if (response.socket) response.writeContinue()
    server.emit('request', request, response)
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', ignoreGone)
    const misplaced = enter(request)
    if (misplaced) return refuseUpgrade(socket, misplaced)
    if (!isEndpoint(pathOf(request), endpoint)) return refuseUpgrade(socket, nothingAt(pathOf(request), endpoint))
    const refusal =
      guard.refusePage(request.headers) ?? places.admit(request, (release) => socket.once('close', release))
    if (refusal) return refuseUpgrade(socket, refusal)
    upgrade(request, socket, head)
  })
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

/** What there is to do with anything but GraphQL. */
const FILE_METHODS = 'GET, HEAD, OPTIONS'

/** What becomes of a WebSocket behind a proxy that does not know them. */
const NO_UPGRADE = badRequest(
  'A WebSocket request came without its Upgrade: the proxy in front must use HTTP/1.1, and pass on Upgrade and Connection',
)

interface RouteOptions extends HttpServerOptions {
  readonly enter: (request: IncomingMessage) => Refusal | undefined
  readonly guard: OriginGuard
}

async function route(request: IncomingMessage, response: ServerResponse, options: RouteOptions): Promise<void> {
  const { endpoint, graphql, graphiql, page, origins, metrics, enter, guard } = options
  const refusal = enter(request)
  const path = pathOf(request)
  const isGraphql = isEndpoint(path, endpoint)
  if (refusal) {
    return isGraphql ? refuseRequest(response, refusal) : respondText(response, refusal.status, refusal.message)
  }
  if (isGraphql) {
    if (request.headers['sec-websocket-key'] !== undefined) return refuseRequest(response, NO_UPGRADE)
    if (graphiql && isGraphiqlRequest(request)) return graphiql(request, response)
    // elsewhere nothing is executed without credentials, which foreign pages do not have
    const isJudged = origins.takesAnonymous && request.method !== 'OPTIONS'
    const foreign = isJudged ? guard.refusePage(request.headers) : undefined
    return foreign ? refuseRequest(response, foreign) : graphql(request, response)
  }
  if (request.method === 'OPTIONS') return respondOptions(response, path === '*' ? GRAPHQL_METHODS : FILE_METHODS)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', FILE_METHODS)
    return respondText(response, 405)
  }
  if (respondHealth(response, path, options.trouble)) return
  if (path === '/metrics' && metrics) return metrics(request, response)
  if (page.serve(request, response, path)) return
  return respondText(response, 404, path === '/' ? PAGE_NOT_BUILT : `Nothing is at ${path}`)
}

// with a slash it is what some clients and proxies make of it
function isEndpoint(path: string, endpoint: string): boolean {
  return path === endpoint || path === `${endpoint}/`
}

function nothingAt(path: string, endpoint: string): Refusal {
  return { status: 404, code: 'BAD_USER_INPUT', message: `Nothing is at ${path}; GraphQL is at ${endpoint}` }
}
