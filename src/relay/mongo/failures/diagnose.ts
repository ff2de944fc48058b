import type { MongoServerError } from 'mongodb'
import { RelayError } from '../../../errors.ts'
import { type Scope, scopeKey } from '../../changes/scope.ts'
import { isDriverError, isDriverOutage, isServerError } from './driver-errors.ts'
import { isOutsideError } from './node-errors.ts'
import {
  ATLAS_ERROR,
  codeOf,
  CREDENTIALS_REFUSED,
  PERMANENT,
  RESUMABLE_LABELS,
  REFUSED,
  TRANSIENT,
  UNAUTHORIZED,
  UNREADABLE,
  type PublicError,
} from './server-codes.ts'

/** What a failed operation means for a change stream: try again from the last position, or tell the subscriber. */
export interface Diagnosis {
  /** Whether opening again, with back-off, can help. */
  readonly transient: boolean
  /** Whether no server answered, so that the client itself may be at fault. */
  readonly unreachable: boolean
  /** What to tell the subscriber when it does not. */
  readonly error: RelayError
}

/** What is known of the operation that failed. */
export interface Circumstances {
  /** Whether the stream was opened after a caller's token that no server has taken yet. */
  readonly isTokenUntried?: boolean
  /** Whether the stream was open before: then the server takes it, and an error that says nothing else can pass. */
  readonly wasOpen?: boolean
  /** Whether the relay gave credentials. Default true. */
  readonly hasUser?: boolean
  /** What the stream watches, for a message that names it. */
  readonly scope?: Scope | undefined
}

/**
 * Tells what an error that was thrown while opening or reading a change stream means: the driver's, a server's, or
 * Node's.
 */
export function diagnose(cause: unknown, circumstances: Circumstances = {}): Diagnosis {
  if (cause instanceof RelayError) return { transient: false, unreachable: false, error: cause }
  if (isServerError(cause)) return diagnoseServerError(cause, circumstances)
  if (isDriverError(cause) ? isDriverOutage(cause) : isOutsideError(cause)) {
    const error = new RelayError('UPSTREAM_FAILED', 'MongoDB cannot be reached', { cause })
    return { transient: true, unreachable: true, error }
  }
  const message = isDriverError(cause)
    ? `The MongoDB driver refuses: ${cause.message}`
    : 'Reading the change stream failed'
  return { transient: false, unreachable: false, error: new RelayError('UPSTREAM_FAILED', message, { cause }) }
}

function diagnoseServerError(cause: MongoServerError, circumstances: Circumstances): Diagnosis {
  const code = codeOf(cause)
  const shown = publicErrorOf(cause, code, circumstances)
  if (shown) return { transient: false, unreachable: false, error: new RelayError(shown[0], shown[1], { cause }) }
  const isResumable = TRANSIENT.has(code) || RESUMABLE_LABELS.some((label) => cause.hasErrorLabel(label))
  const message = `MongoDB answered with an error (${cause.codeName ?? code})`
  const error = new RelayError('UPSTREAM_FAILED', message, { cause })
  return { transient: isResumable || circumstances.wasOpen === true, unreachable: false, error }
}

function publicErrorOf(cause: MongoServerError, code: number, circumstances: Circumstances): PublicError | undefined {
  const { isTokenUntried = false, hasUser = true, scope } = circumstances
  if (isTokenUntried && UNREADABLE.has(code)) return REFUSED
  if (code === ATLAS_ERROR && /auth/i.test(cause.message)) return CREDENTIALS_REFUSED
  if (code !== UNAUTHORIZED || (hasUser && !scope)) return PERMANENT.get(code)
  const what =
    scope === undefined ? 'what is watched' : scope.db === undefined ? 'all databases' : `\`${scopeKey(scope)}\``
  const actions = `a role with the actions \`changeStream\` and \`find\` on ${scope ? 'it' : 'that'}`
  if (hasUser) return ['FORBIDDEN', `The relay’s MongoDB user may not watch ${what}; it needs ${actions}`]
  const advice = 'write one into it, as in `mongodb://user:password@host/`'
  return [
    'FORBIDDEN',
    `To watch ${what} a user is needed, and there is none in the relay’s MongoDB URI; ${advice}, with ${actions}`,
  ]
}
