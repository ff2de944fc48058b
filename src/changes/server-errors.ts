import { MongoError, MongoServerError } from 'mongodb'
import type { ErrorCode } from '../errors.ts'
import { RelayError } from '../errors.ts'
import type { Scope } from './scope.ts'
import { scopeKey } from './scope.ts'

/** What a failed operation means for a change stream: try again from the last position, or tell the subscriber. */
export interface Diagnosis {
  /** Whether opening again, with back-off, can help. */
  readonly transient: boolean
  /** Whether no server answered, so that the client itself may be at fault. */
  readonly unreachable: boolean
  /** What to tell the subscriber when it does not. */
  readonly error: RelayError
}

/** Errors of a server that cannot split large events: an unknown stage, and how compatible services call one. */
const UNKNOWN_STAGE = new Set([40324, 304])

/** Whether a server refused to open a stream because it does not know `$changeStreamSplitLargeEvent`. */
export function isUnknownStage(cause: unknown): boolean {
  return cause instanceof MongoServerError && UNKNOWN_STAGE.has(codeOf(cause))
}

const UNAUTHORIZED = 13

type Verdict = readonly [code: ErrorCode, message: string]

const TOKEN_REFUSED: Verdict = ['RESUME_TOKEN_INVALID', 'The server does not take this resume token']

/** Errors of a server that cannot read a token: FailedToParse and TypeMismatch. Of a stream that was open they say something else. */
const UNREADABLE = new Set([9, 14])

/** Errors of a server that trying again does not mend, by number. @see https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const PERMANENT = new Map<number, Verdict>([
  [286, ['HISTORY_LOST', 'The oplog no longer reaches back to the starting position']],
  ...[280, 260, 40647, 40648, 40649, 15, 50811].map((code): [number, Verdict] => [code, TOKEN_REFUSED]),
  [10334, ['EVENT_TOO_LARGE', 'A change event is larger than the 16 MiB that the server can send']],
  [
    40573,
    [
      'UPSTREAM_FAILED',
      'Change streams need a replica set; start mongod with --replSet rs0 and run rs.initiate() once',
    ],
  ],
  [UNAUTHORIZED, ['FORBIDDEN', 'The relay’s MongoDB user may not do this']],
  [18, ['UPSTREAM_FAILED', 'MongoDB does not accept the relay’s credentials']],
  [26, ['BAD_USER_INPUT', 'There is no such database']],
  [47, ['UPSTREAM_FAILED', 'A required pre-image or post-image is missing; enable changeStreamPreAndPostImages']],
  [72, ['UPSTREAM_FAILED', 'The server does not know this change stream option']],
  [73, ['BAD_USER_INPUT', 'The namespace cannot be watched']],
  [166, ['BAD_USER_INPUT', 'The namespace is a view; watch the collection that it reads']],
])

/**
 * Errors of a server that pass: elections, shutdowns, killed cursors, timeouts. Others count as transient when the
 * server labels them so.
 */
const TRANSIENT = new Set([
  6, 7, 43, 50, 63, 89, 91, 133, 136, 150, 175, 189, 222, 234, 237, 262, 9001, 10107, 11600, 11601, 11602, 13388, 13435,
  13436,
])

const RESUMABLE_LABELS = ['ResumableChangeStreamError', 'RetryableReadError', 'TransientTransactionError', 'ResetPool']

/** Errors that the driver raises by itself and that no server will ever mend. */
const PERMANENT_DRIVER_ERRORS = new Set([
  'MongoParseError',
  'MongoInvalidArgumentError',
  'MongoMissingCredentialsError',
  'MongoMissingDependencyError',
  'MongoCompatibilityError',
])

/**
 * Tells what an error that the driver threw while opening or reading a change stream means.
 *
 * @param isTokenUntried whether the stream was opened after a caller's token that no server has taken yet
 * @param scope what the stream watches, for a message that names it
 */
export function diagnose(cause: unknown, isTokenUntried = false, scope?: Scope): Diagnosis {
  if (cause instanceof RelayError) return { transient: false, unreachable: false, error: cause }
  if (cause instanceof MongoServerError) return diagnoseServerError(cause, isTokenUntried, scope)
  if (cause instanceof MongoError) {
    const transient = !PERMANENT_DRIVER_ERRORS.has(cause.name)
    const message = transient ? 'MongoDB cannot be reached' : `The MongoDB driver refuses: ${cause.message}`
    return { transient, unreachable: transient, error: new RelayError('UPSTREAM_FAILED', message, { cause }) }
  }
  return {
    transient: false,
    unreachable: false,
    error: new RelayError('UPSTREAM_FAILED', 'Reading the change stream failed', { cause }),
  }
}

/**
 * Why an operation failed, for the log: the name of a server's error, because its text can hold the command, and with it
 * tokens and values; the text of the driver's own errors, which name the server.
 */
export function failureReason(cause: unknown): string | undefined {
  if (cause instanceof MongoServerError) return String(cause.codeName ?? cause.code)
  return cause instanceof MongoError ? cause.message : undefined
}

function verdictOf(code: number, scope: Scope | undefined): Verdict | undefined {
  if (code !== UNAUTHORIZED || !scope) return PERMANENT.get(code)
  const what = scope.db === undefined ? 'all databases' : `\`${scopeKey(scope)}\``
  const actions = 'a role with the actions `changeStream` and `find` on it'
  return ['FORBIDDEN', `The relay’s MongoDB user may not watch ${what}; it needs ${actions}`]
}

// absent when the error is a proxy's; an Int32 when the command's options said to keep BSON types
function codeOf(cause: MongoServerError): number {
  return Number(cause.code ?? -1)
}

function diagnoseServerError(cause: MongoServerError, isTokenUntried: boolean, scope: Scope | undefined): Diagnosis {
  const code = codeOf(cause)
  const verdict = isTokenUntried && UNREADABLE.has(code) ? TOKEN_REFUSED : verdictOf(code, scope)
  if (verdict) return { transient: false, unreachable: false, error: new RelayError(verdict[0], verdict[1], { cause }) }
  const transient = TRANSIENT.has(code) || RESUMABLE_LABELS.some((label) => cause.hasErrorLabel(label))
  const message = `MongoDB answered with an error (${cause.codeName ?? code})`
  return { transient, unreachable: false, error: new RelayError('UPSTREAM_FAILED', message, { cause }) }
}
