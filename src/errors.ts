/**
 * Every code that a client can find in `extensions.code`, with what it means and what the client can do. A closed
 * table: an error without one of these codes is masked.
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'An argument is not valid: correct it',
  PERSISTED_QUERY_NOT_SUPPORTED: 'No query is kept by its hash: send the query itself',
  UNAUTHENTICATED: 'The caller must identify itself',
  FORBIDDEN: 'The caller may not do this',
  RESUME_TOKEN_INVALID: 'The server does not take this resume token: start without it',
  HISTORY_LOST: 'The history no longer reaches back to the starting position: events were missed, start anew',
  SLOW_CONSUMER: 'The caller reads too slowly: continue from `extensions.resumeToken`',
  LIMIT_EXCEEDED: 'The caller, or the relay as a whole, asks for too much at once: try again later',
  EVENT_TOO_LARGE: 'One event is over the size limit',
  UPSTREAM_FAILED: 'MongoDB cannot serve this: the message says why',
  SHUTTING_DOWN: 'The relay is stopping: continue from `extensions.resumeToken` on another one, or later',
} as const

/** One of the codes of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES

/** What passes by itself, so that the same may be asked again; everything else is for good. */
const TRANSIENT = new Set<ErrorCode>(['SLOW_CONSUMER', 'LIMIT_EXCEEDED', 'UPSTREAM_FAILED', 'SHUTTING_DOWN'])

/** Whether a code is one of the table, and asking the same again would not help. */
export function isForGood(code: string): code is ErrorCode {
  return isErrorCode(code) && !TRANSIENT.has(code)
}

/** Whether a code is one of {@link ERROR_CODES}. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code)
}

/** What can be said about a {@link RelayError} besides its message. */
export interface RelayErrorOptions {
  /** What led to it; kept for the log, never sent to a client. */
  readonly cause?: unknown
  /** Where the subscription that it ends can continue; absent when it had no position yet. */
  readonly resumeToken?: string | undefined
}

/** What errors of every copy of {@link RelayError} have. */
const BRAND = Symbol.for('tailrace.RelayError')

/**
 * An error whose message and code may be shown to the caller. What `tailrace/bundled` throws is an instance, too,
 * although bundles have copies of this class.
 */
export class RelayError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this !== RelayError) return Function.prototype[Symbol.hasInstance].call(this, value)
    return typeof value === 'object' && value !== null && BRAND in value
  }

  override readonly name = 'RelayError'
  /** Why, for programs. */
  readonly code: ErrorCode
  /** Where to continue; absent when there is no position. */
  readonly resumeToken: string | undefined

  constructor(code: ErrorCode, message: string, { cause, resumeToken }: RelayErrorOptions = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.code = code
    this.resumeToken = resumeToken
  }

  get [BRAND](): true {
    return true
  }

  /**
   * The same error for a subscription that stopped at `resumeToken`. Keeps the token it has when there is no new one.
   */
  at(resumeToken: string | undefined): RelayError {
    if (resumeToken === undefined || resumeToken === this.resumeToken) return this
    return new RelayError(this.code, this.message, { cause: this.cause ?? this, resumeToken })
  }
}

/** A {@link RelayError} for input that is at fault by itself. */
export function badUserInput(message: string): RelayError {
  return new RelayError('BAD_USER_INPUT', message)
}

/**
 * Takes note of an error that is dropped on purpose; `reason` says why it is not needed.
 *
 * @example
 * cursor.close().catch(ignoreError('the server is gone, and the cursor with it'))
 */
export function ignoreError(reason: string): (error: unknown) => void {
  // the reason is for the reader of the call; a debugger can stop here
  return () => void reason
}
