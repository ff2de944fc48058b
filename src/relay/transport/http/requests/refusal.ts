import type { ErrorCode } from '../../../../errors.ts'
import type { AnswerHeaders } from '../headers.ts'

/** Why a request is not served. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405 | 406 | 415 | 426 | 429 | 503
  readonly code: ErrorCode
  /** What was expected, what came, and what to change. */
  readonly message: string
  /** Further headers of the answer. */
  readonly headers?: AnswerHeaders
}

/** When to come back after a limit was hit, in seconds. */
export const RETRY_AFTER_S = 5

/** A refusal because of a limit, after which the connection ends. */
export function overLimit(status: 429 | 503, message: string): Refusal {
  const headers = { 'Retry-After': RETRY_AFTER_S, Connection: 'close' }
  return { status, code: 'LIMIT_EXCEEDED', message, headers }
}

/** A refusal of what the caller could have known to be wrong. */
export function badRequest(message: string): Refusal {
  return { status: 400, code: 'BAD_USER_INPUT', message }
}
