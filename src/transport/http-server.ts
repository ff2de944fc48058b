import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import { ignoreError } from '../errors.ts'
import { isGraphiqlRequest } from './graphiql.ts'
import type { OriginPolicy } from './origin-policy.ts'
import type { PageFiles } from './page-files.ts'
import { respondText } from './respond.ts'

/** Answers one request, in its own time. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What the HTTP server hands requests to. */
export interface HttpServerOptions {
  /** The path of everything GraphQL. */
  readonly endpoint: string
  readonly graphql: RequestHandler
  readonly graphiql: RequestHandler
  readonly page: PageFiles
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly origins: OriginPolicy
  /** Largest request line with all headers, in bytes. A `Last-Event-ID`, or a query by GET, can be as long as a message. */
  readonly maxHeaderBytes: number
  readonly reportError: (error: unknown) => void
}

// one for all sockets, because there are many
const ignoreGone = ignoreError('the client is gone')

const PAGE_NOT_BUILT = 'The live page is not built; run `npm run build`. GraphQL is at /graphql'

/** Routes requests by path. Not listening yet. */
export function createHttpServer(options: HttpServerOptions): Server {
  const { endpoint, upgrade, origins, maxHeaderBytes, reportError } = options
  const server = createServer({ maxHeaderSize: maxHeaderBytes }, (request, response) => {
    route(request, response, options).catch((error: unknown) => {
      // a client that goes away while it is answered is nobody's error
      if (response.destroyed) return
      reportError(error)
      if (response.headersSent) response.destroy()
      else respondText(response, 500)
    })
  })
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', ignoreGone)
    if (pathOf(request) !== endpoint) return refuse(socket, '404 Not Found')
    if (!origins.isHostAllowed(request.headers) || !origins.isOriginAllowed(request.headers)) {
      return refuse(socket, '403 Forbidden')
    }
    upgrade(request, socket, head)
  })
  return server
}

async function route(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const { endpoint, graphql, graphiql, page, origins } = options
  if (!origins.isHostAllowed(request.headers)) {
    return respondText(response, 403, 'This relay does not answer to that host name')
  }
  const path = pathOf(request)
  if (path === endpoint) return isGraphiqlRequest(request) ? graphiql(request, response) : graphql(request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return respondText(response, 405)
  }
  if (path === '/healthz') return respondText(response, 200, 'ok')
  if (page.serve(request, response, path)) return
  return respondText(response, 404, path === '/' ? PAGE_NOT_BUILT : `Nothing is at ${path}`)
}

// the part before the query as it came: a file is found by its exact name only
function pathOf({ url = '/' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
