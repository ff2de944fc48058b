import type { IncomingMessage, ServerResponse } from 'node:http'
import { COMMON_HEADERS } from '../security-headers.ts'
import type { CredentialSources } from '../../credentials.ts'

/** The methods that GraphQL is served by. */
export const GRAPHQL_METHODS = 'GET, HEAD, POST, OPTIONS'

/** What a page may get to know that it may send: names of headers. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1000}$/

/**
 * Says in every answer that it depends on who asks, and, to a page of an origin that is listed, that it may read it.
 * Any other origin is never named.
 */
export function allowListedOrigin(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { origins, cookie }: CredentialSources,
): void {
  response.setHeader('Vary', 'Origin, Accept')
  const { origin } = headers
  if (origin === undefined || !origins.isListed(origin)) return
  response.setHeader('Access-Control-Allow-Origin', origin)
  if (cookie !== undefined) response.setHeader('Access-Control-Allow-Credentials', 'true')
}

/** Answers `OPTIONS`: with what is possible, and for a page of a listed origin with what it may send. */
export function answerOptions({ headers }: IncomingMessage, response: ServerResponse): void {
  if (response.hasHeader('Access-Control-Allow-Origin')) {
    response.setHeader('Vary', 'Origin, Access-Control-Request-Headers')
    response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST')
    const asked = headers['access-control-request-headers'] ?? ''
    if (HEADER_NAMES.test(asked)) response.setHeader('Access-Control-Allow-Headers', asked)
  }
  respondOptions(response, GRAPHQL_METHODS)
}

/** Answers `OPTIONS` with the methods that there are. */
export function respondOptions(response: ServerResponse, methods: string): void {
  response.writeHead(204, { ...COMMON_HEADERS, Allow: methods, 'Cache-Control': 'no-store' }).end()
}
