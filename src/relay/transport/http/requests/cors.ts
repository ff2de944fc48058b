import type { Authentication } from '../../authentication.ts'
import { type Answer, emptyAnswer } from '../answer.ts'
import type { AnswerHeaders, RequestHeaders } from '../headers.ts'

/** The methods that GraphQL is served by. */
export const GRAPHQL_METHODS = 'GET, HEAD, POST, OPTIONS'

/** What a page may get to know that it may send: names of headers. */
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1000}$/

/**
 * Headers that say in every answer that it depends on who asks, and, to a page of an origin that is listed, that it may
 * read it, with the cookies of who uses it where these can say who that is. Any other origin is never named.
 */
export function corsHeaders({ origin }: RequestHeaders, authentication: Authentication): AnswerHeaders {
  const { origins, cookie, authenticator } = authentication
  const takesCookies = cookie !== undefined || authenticator.takesAmbient
  return {
    Vary: 'Origin, Accept',
    ...(origin !== undefined && origins.isListed(origin)
      ? {
          'Access-Control-Allow-Origin': origin,
          ...(takesCookies ? { 'Access-Control-Allow-Credentials': 'true' } : {}),
        }
      : {}),
  }
}

/** Answers `OPTIONS`: with what is possible, and for a page of a listed origin with what it may send. */
export function preflightAnswer(asked: RequestHeaders, authentication: Authentication): Answer {
  const headers = corsHeaders(asked, authentication)
  if (!('Access-Control-Allow-Origin' in headers)) return optionsAnswer(GRAPHQL_METHODS, headers)
  const names = asked['access-control-request-headers'] ?? ''
  return optionsAnswer(GRAPHQL_METHODS, {
    ...headers,
    Vary: 'Origin, Access-Control-Request-Headers',
    'Access-Control-Allow-Methods': 'GET, HEAD, POST',
    ...(HEADER_NAMES.test(names) ? { 'Access-Control-Allow-Headers': names } : {}),
  })
}

/** Answers `OPTIONS` with the methods that there are. */
export function optionsAnswer(methods: string, headers: AnswerHeaders = {}): Answer {
  return emptyAnswer({ ...headers, Allow: methods })
}
