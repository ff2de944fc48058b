import type { Unauthenticated } from '../../../auth/unauthenticated.ts'
import type { Answer } from '../answer.ts'
import { COMMON_HEADERS } from '../security-headers.ts'
import { RETRY_AFTER_S } from './refusal.ts'

/**
 * The answer to those who may not come in: 401 and what the HTTP authentication scheme `Bearer` demands, or 503 where
 * the credentials cannot be checked at the moment; the body is a GraphQL result with the error.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export function unauthenticatedAnswer(error: Unauthenticated, type = 'application/json'): Answer {
  const isUnavailable = error.problem === 'unavailable'
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': `${type}; charset=utf-8`,
    'Cache-Control': 'no-store',
    ...(isUnavailable ? { 'Retry-After': RETRY_AFTER_S } : { 'WWW-Authenticate': challengeFor(error) }),
  }
  const body = JSON.stringify({ errors: [{ message: error.message, extensions: { code: error.code } }] })
  return { status: isUnavailable ? 503 : 401, headers, body }
}

// messages hold neither quotes nor backslashes
function challengeFor({ problem, message }: Unauthenticated): string {
  return problem === 'missing' ? 'Bearer' : `Bearer error="invalid_token", error_description="${message}"`
}
