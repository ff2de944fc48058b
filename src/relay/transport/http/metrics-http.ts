import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { respondHealth } from './health.ts'
import type { RequestHandler } from './http-server.ts'
import { pathOf, settleTarget } from './requests/request-target.ts'
import type { OriginGuard } from './requests/origin-guard.ts'
import { respondText } from './respond.ts'
import { COMMON_HEADERS } from './security-headers.ts'

/** Metrics as a scraper reads them. */
export interface MetricsText {
  readonly contentType: string
  readonly text: string
}

/** Answers with the metrics; with a token, to callers who bring it as a bearer token alone. */
export function createMetricsHandler(read: () => Promise<MetricsText>, token?: string): RequestHandler {
  return async (request, response) => {
    if (token !== undefined && !isBearer(request, token)) {
      response.setHeader('WWW-Authenticate', 'Bearer')
      return respondText(response, 401)
    }
    const { contentType, text } = await read()
    response.writeHead(200, { ...COMMON_HEADERS, 'Content-Type': contentType, 'Cache-Control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : text)
  }
}

/** What {@link createMetricsServer} serves. */
export interface MetricsServerOptions {
  readonly metrics: RequestHandler
  /** Why the relay cannot serve now; `undefined` when it can. */
  readonly trouble: () => string | undefined
  readonly guard: OriginGuard
  readonly reportError: (error: unknown) => void
}

/** A server for an operator's eyes: `/metrics`, `/healthz` and `/readyz`. Not listening yet. */
export function createMetricsServer(options: MetricsServerOptions): Server {
  return createServer((request, response) => {
    // no body is of any use here
    request.resume()
    route(request, response, options).catch((error: unknown) => {
      options.reportError(error)
      response.destroy()
    })
  })
}

async function route(request: IncomingMessage, response: ServerResponse, options: MetricsServerOptions): Promise<void> {
  const { metrics, trouble, guard } = options
  const refusal = settleTarget(request) ?? guard.refuseHost(request.headers)
  if (refusal) return respondText(response, refusal.status, refusal.message)
  if (request.method !== 'GET' && request.method !== 'HEAD') return respondText(response, 405)
  const path = pathOf(request)
  if (respondHealth(response, path, trouble)) return
  if (path === '/metrics') return metrics(request, response)
  return respondText(response, 404)
}

// of equal length, so that how long comparing takes tells nothing
function isBearer({ headers }: IncomingMessage, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? []
  return given !== undefined && timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
