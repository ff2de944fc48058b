import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Refusal } from './limits/connections.ts'
import { COMMON_HEADERS } from './security-headers.ts'

/** When to come back after a limit was hit, in seconds. */
export const RETRY_AFTER: OutgoingHttpHeaders = { 'Retry-After': 5 }

/** Answers a request that is over a limit, as a GraphQL result with `LIMIT_EXCEEDED`, and ends its connection. */
export function refuseRequest(response: ServerResponse, { status, message }: Refusal): void {
  const body = JSON.stringify({ errors: [{ message, extensions: { code: 'LIMIT_EXCEEDED' } }] })
  const headers = { ...COMMON_HEADERS, ...RETRY_AFTER, Connection: 'close', 'Content-Type': 'application/json' }
  response.writeHead(status, { ...headers, 'Cache-Control': 'no-store' }).end(body)
}
