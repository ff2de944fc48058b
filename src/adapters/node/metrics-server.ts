import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type Answer, textAnswer } from '../../relay/transport/http/answer.ts'
import { pathOf } from '../../relay/transport/http/asked.ts'
import { healthAnswer } from '../../relay/transport/http/health.ts'
import type { MetricsHandler } from '../../relay/transport/http/metrics.ts'
import type { OriginGuard } from '../../relay/transport/http/requests/origin-guard.ts'
import { settleTarget } from './requests/request-target.ts'

/** What {@link createMetricsServer} serves. */
export interface MetricsServerOptions {
  readonly metrics: MetricsHandler
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
    route(request, options).then(
      ({ status, headers, body = '' }) => {
        response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
      },
      (error: unknown) => {
        options.reportError(error)
        response.destroy()
      },
    )
  })
}

async function route(request: IncomingMessage, { metrics, trouble, guard }: MetricsServerOptions): Promise<Answer> {
  const { headers, method } = request
  const refusal = settleTarget(request) ?? guard.refuseHost(headers)
  if (refusal) return textAnswer(refusal.status, refusal.message)
  if (method !== 'GET' && method !== 'HEAD') return textAnswer(405)
  const path = pathOf(request.url ?? '/')
  return healthAnswer(path, trouble) ?? (path === '/metrics' ? metrics(request) : textAnswer(404))
}
