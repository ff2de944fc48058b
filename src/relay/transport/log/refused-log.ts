import { type ErrorCode, isErrorCode } from '../../../errors.ts'
import { Unauthenticated } from '../../auth/unauthenticated.ts'
import type { Services } from '../../graphql/context.ts'
import { toPublicError } from '../../graphql/public-error.ts'
import type { Answer } from '../http/answer.ts'
import { RETRY_AFTER_S } from '../http/requests/refusal.ts'
import { unauthenticatedAnswer } from '../http/requests/unauthenticated-answer.ts'
import { COMMON_HEADERS } from '../http/security-headers.ts'

/** What each error is over HTTP. What passes by itself has a status that clients try again after. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  BAD_USER_INPUT: 400,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  RESUME_TOKEN_INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  HISTORY_LOST: 410,
  EVENT_TOO_LARGE: 413,
  LIMIT_EXCEEDED: 429,
  SLOW_CONSUMER: 503,
  UPSTREAM_FAILED: 503,
  SHUTTING_DOWN: 503,
}

/**
 * Why a log cannot be read, as GraphQL says it, with the status that says it to what knows HTTP alone. After an event
 * that is too large, `Stream-Next-Offset` is the position behind it.
 */
export function refusedLog(error: unknown, { reportError, countErrors }: Services): Answer {
  const { message, extensions } = toPublicError(error, reportError)
  countErrors([{ extensions }])
  if (error instanceof Unauthenticated) return unauthenticatedAnswer(error)
  const { code, resumeToken } = extensions
  const status = typeof code === 'string' && isErrorCode(code) ? STATUS[code] : 500
  const headers = {
    ...COMMON_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(status === 429 || status === 503 ? { 'Retry-After': RETRY_AFTER_S } : {}),
    ...(status === 413 && typeof resumeToken === 'string' ? { 'Stream-Next-Offset': resumeToken } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer error="invalid_token"' } : {}),
  }
  return { status, headers, body: JSON.stringify({ errors: [{ message, extensions }] }) }
}
