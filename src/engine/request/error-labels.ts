import { CommandError, ERROR_CODES, type CommandErrorDetails, type ErrorName } from '../../bson/command-error.ts'
import type { Request } from '../wire/message.ts'
import { ENDINGS, opensChangeStream } from './kinds.ts'

/** The server's category RetriableError: trying again may help. */
const RETRIABLE = codes(
  'HostUnreachable',
  'HostNotFound',
  'NetworkTimeout',
  'ShutdownInProgress',
  'ReadConcernMajorityNotAvailableYet',
  'PrimarySteppedDown',
  'ExceededTimeLimit',
  'SocketException',
  'NotWritablePrimary',
  'InterruptedAtShutdown',
  'InterruptedDueToReplStateChange',
  'NotPrimaryNoSecondaryOk',
  'NotPrimaryOrSecondary',
)
/** The category NotPrimaryError: the client's picture of the replica set is out of date. */
const NOT_PRIMARY = codes(
  'PrimarySteppedDown',
  'NotWritablePrimary',
  'InterruptedDueToReplStateChange',
  'NotPrimaryNoSecondaryOk',
  'NotPrimaryOrSecondary',
)
/** The category NeedRetargettingError: a shard no longer is where the client's server thought. */
const NEEDS_RETARGETING = codes('StaleEpoch', 'StaleConfig')
/** What else a change stream resumes after. */
const RESUMABLE = codes('RetryChangeStream', 'FailedToSatisfyReadPreference')
/** The category NonResumableChangeStreamError. */
const NOT_RESUMABLE = codes('ChangeStreamFatalError', 'ChangeStreamHistoryLost')
/** What else a whole transaction may be run again after; the snapshot errors included. */
const TRANSIENT = codes(
  'LockTimeout',
  'WriteConflict',
  'SnapshotTooOld',
  'SnapshotUnavailable',
  'StaleDbVersion',
  'StaleChunkHistory',
  'PreparedTransactionInProgress',
  'MigrationConflict',
)
function codes(...names: readonly ErrorName[]): ReadonlySet<number> {
  return new Set(names.map((name) => ERROR_CODES[name]))
}

/** An error whose labels were given, if only as none: the server adds none of its own. */
export class LabelledError extends CommandError {}

/**
 * The labels that the server by itself adds to an error that ends a command. A failing `getMore` is no case of this:
 * until its cursor is checked out the server does not know what it reads, see {@link asStreamError}.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/error_labels.cpp
 */
export function errorLabels(code: number, request: Request): string[] {
  if (isTransient(code, request)) return ['TransientTransactionError']
  if (isRetryableWrite(request) && RETRIABLE.has(code)) return ['RetryableWriteError']
  if (NOT_RESUMABLE.has(code)) return ['NonResumableChangeStreamError']
  return opensChangeStream(request.body) && isResumable(code) ? ['ResumableChangeStreamError'] : []
}

/** The error of a change stream's `getMore`, labelled as resumable when it is. */
export function asStreamError(error: unknown): unknown {
  if (!(error instanceof CommandError) || !isResumable(error.code)) return error
  return withDetails(error, ['ResumableChangeStreamError'])
}

/** The error with these labels and fields beside its own; a {@link LabelledError} gets no labels. */
export function withDetails(
  error: CommandError,
  labels: readonly string[],
  fields: CommandErrorDetails['fields'] = {},
): CommandError {
  const all = error instanceof LabelledError ? error.labels : [...new Set([...error.labels, ...labels])]
  if (all.length === error.labels.length && Object.keys(fields).length === 0) return error
  return new CommandError(error.code, error.message, {
    labels: all,
    fields: { ...error.fields, ...fields },
    cause: error,
  })
}

/**
 * Whether the server says with an error which version of the topology it knows, so that clients can tell an old one.
 */
export function tellsTopology(code: number): boolean {
  return NOT_PRIMARY.has(code)
}

function isResumable(code: number): boolean {
  return RETRIABLE.has(code) || NEEDS_RETARGETING.has(code) || RESUMABLE.has(code)
}

function isInTransaction({ body }: Request): boolean {
  return body.has('txnNumber') && body.has('autocommit')
}

function endsTransaction({ body }: Request): boolean {
  return ENDINGS.has(body.keys().next().value ?? '')
}

function isTransient(code: number, request: Request): boolean {
  if (!isInTransaction(request)) return false
  if (TRANSIENT.has(code) || NEEDS_RETARGETING.has(code) || code === ERROR_CODES.NoSuchTransaction) return true
  // a commit may have happened: it alone is run again, as a retryable write
  return !endsTransaction(request) && RETRIABLE.has(code)
}

function isRetryableWrite(request: Request): boolean {
  return request.body.has('txnNumber') && (!isInTransaction(request) || endsTransaction(request))
}
