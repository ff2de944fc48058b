import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type Answer, textAnswer } from '../../relay/transport/http/answer.ts'
import { pathOf } from '../../relay/transport/http/asked.ts'
import { healthAnswer } from '../../relay/transport/http/health.ts'
import type { SettledOptions } from '../../relay/options.ts'
import { createMetricsHandler, type MetricsHandler, type MetricsText } from '../../relay/transport/http/metrics.ts'
import { createOriginGuard, type OriginGuard } from '../../relay/transport/http/requests/origin-guard.ts'
import { createOriginPolicy } from '../../relay/transport/origin-policy.ts'
import { SILENT } from '../../util/logs/logger.ts'
import { settleTarget } from './requests/request-target.ts'

/** What {@link createMetricsServer} serves. */
export interface Observed {
  readonly read: () => Promise<MetricsText>
  /** Why the relay cannot serve now; `undefined` when it can. */
  readonly trouble: () => string | undefined | Promise<string | undefined>
  readonly reportError: (error: unknown) => void
}

interface Routes extends Pick<Observed, 'trouble'> {
  readonly metrics: MetricsHandler
  readonly guard: OriginGuard
}

/** A server for an operator's eyes: `/metrics`, `/healthz` and `/readyz`. Not listening yet. */
export function createMetricsServer(
  options: Pick<SettledOptions, 'metricsHost' | 'allowedHosts' | 'log'>,
  { read, trouble, reportError }: Observed,
): Server {
  const { metricsHost: host, allowedHosts, log = SILENT } = options
  const origins = createOriginPolicy({ host, allowedHosts, allowedOrigins: [] })
  const routes = { metrics: createMetricsHandler(read), trouble, guard: createOriginGuard(origins, log) }
  return createServer((request, response) => {
    // no body is of any use here
    request.resume()
    route(request, routes).then(
      ({ status, headers, body = '' }) => {
        response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) }).end(body)
      },
      (error: unknown) => {
        reportError(error)
        response.destroy()
      },
    )
  })
}

async function route(request: IncomingMessage, { metrics, trouble, guard }: Routes): Promise<Answer> {
  const { headers, method } = request
  const refusal = settleTarget(request) ?? guard.refuseHost(headers)
  if (refusal) return textAnswer(refusal.status, refusal.message)
  if (method !== 'GET' && method !== 'HEAD') return textAnswer(405)
  const path = pathOf(request.url ?? '/')
  const reason = path === '/readyz' ? await trouble() : undefined
  return healthAnswer(path, () => reason) ?? (path === '/metrics' ? metrics(request) : textAnswer(404))
}
