import type { MongoServerError } from 'mongodb'
import type { ErrorCode } from '../../../errors.ts'
import { MISSING_IMAGE } from '../../changes/images.ts'
import { TOKEN_REFUSED } from '../../changes/position-errors.ts'
import { isServerError } from './driver-errors.ts'

/** What a subscriber is sent for an error that trying again does not mend. */
export type PublicError = readonly [code: ErrorCode, message: string]

/** The relay has no user, or one that may not do this. */
export const UNAUTHORIZED = 13

/** What is said of a token that a server does not take. */
export const REFUSED: PublicError = ['RESUME_TOKEN_INVALID', TOKEN_REFUSED]

/** What is said of credentials that a server does not take. */
export const CREDENTIALS_REFUSED: PublicError = [
  'UPSTREAM_FAILED',
  'MongoDB does not accept the relay’s credentials; check the user, the password and `authSource` in its URI',
]

/**
 * Errors of a server that cannot read a token: FailedToParse and TypeMismatch. Of a stream that was open they say
 * something else.
 */
export const UNREADABLE: ReadonlySet<number> = new Set([9, 14])

/** What Atlas calls whatever it adds to a server; its text says which. */
export const ATLAS_ERROR = 8_000

/** Errors of a server that cannot split large events: an unknown stage, and how compatible services call one. */
const UNKNOWN_STAGE = new Set([40324, 304])

/**
 * Errors of a server that trying again does not mend, by number. @see
 * https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
 */
export const PERMANENT: ReadonlyMap<number, PublicError> = new Map<number, PublicError>([
  [286, ['HISTORY_LOST', 'The history no longer reaches back to the starting position']],
  ...[280, 260, 40647, 40648, 40649, 15, 50811].map((code): [number, PublicError] => [code, REFUSED]),
  [10334, ['EVENT_TOO_LARGE', 'A change event is larger than the 16 MiB that the server can send']],
  [
    40573,
    [
      'UPSTREAM_FAILED',
      'Change streams need a replica set; start mongod with --replSet rs0 and run rs.initiate() once',
    ],
  ],
  [UNAUTHORIZED, ['FORBIDDEN', 'The relay’s MongoDB user may not do this']],
  [18, CREDENTIALS_REFUSED],
  [26, ['BAD_USER_INPUT', 'There is no such database']],
  [47, ['UPSTREAM_FAILED', MISSING_IMAGE]],
  // before 6.0 an unknown field of the stage
  ...[72, 40415].map((code): [number, PublicError] => [
    code,
    ['UPSTREAM_FAILED', 'The server does not know this change stream option'],
  ]),
  [73, ['BAD_USER_INPUT', 'The namespace cannot be watched']],
  [166, ['BAD_USER_INPUT', 'The namespace is a view; watch the collection that it reads']],
])

/**
 * Errors of a server that pass: elections, a set that is not initiated yet, shutdowns, killed cursors, timeouts,
 * overload. Others count as transient when the server labels them so, and for a stream that was open.
 */
export const TRANSIENT: ReadonlySet<number> = new Set([
  6, 7, 43, 50, 63, 89, 91, 94, 133, 136, 150, 175, 189, 202, 222, 234, 237, 262, 462, 9001, 10107, 11600, 11601, 11602,
  13388, 13435, 13436,
])

/** What servers call errors that pass. */
export const RESUMABLE_LABELS = [
  'ResumableChangeStreamError',
  'RetryableReadError',
  'TransientTransactionError',
  'ResetPool',
]

/**
 * The number of an error; absent when the error is a proxy's; an Int32 when the command's options said to keep BSON
 * types.
 */
export function codeOf(cause: MongoServerError): number {
  return Number(cause.code ?? -1)
}

/** Whether a server refused to open a stream because it does not know `$changeStreamSplitLargeEvent`. */
export function isUnknownStage(cause: unknown): boolean {
  return isServerError(cause) && UNKNOWN_STAGE.has(codeOf(cause))
}
