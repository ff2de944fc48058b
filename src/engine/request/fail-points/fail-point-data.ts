import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { Parameters } from '../../parameters/parameters.ts'
import { requireType } from '../../parameters/shape.ts'

/** What a fail point does to a command, and to which commands. */
export interface FailPointData {
  /** Names of commands, aliases included. */
  readonly commands: ReadonlySet<string>
  /** Every command but `configureFailPoint`. */
  readonly allCommands: boolean
  /** Only connections whose handshake named this application. */
  readonly appName: string | undefined
  /** Only commands on this namespace, `database.collection`. */
  readonly namespace: string | undefined
  /** The command waits for so long, in milliseconds, before anything else. */
  readonly blockMs: number | undefined
  /** The connection is closed instead of answered. Goes before {@link errorCode}. */
  readonly closeConnection: boolean
  /** The command is answered with this error instead of being run. */
  readonly errorCode: number | undefined
  /** The error's labels, instead of those that the server adds by itself; empty for none. */
  readonly errorLabels: readonly string[] | undefined
  /** What a command that did run says of its write concern. */
  readonly writeConcernError: BsonDocument | undefined
}

/** What `onPrimaryTransactionalWrite` does to the next document that a retryable write changes. */
export interface WriteFailPointData {
  /** The connection is closed instead of answered; the write stands. Default true. */
  readonly closeConnection: boolean
  /** The write fails with this code, and is not done. */
  readonly errorCode: number | undefined
}

/**
 * Reads the `data` of `configureFailPoint` for the fail points that act on commands. As on a real server, fields that
 * are not known, such as `errmsg`, are ignored.
 * @throws CommandError TypeMismatch for a field of the wrong type, InvalidOptions for blocking without a time
 */
export function readFailPointData(data: BsonValue | undefined): FailPointData {
  const read = parametersOf(data)
  return {
    commands: new Set(read.list('failCommands', 'string')),
    allCommands: read.flag('failAllCommands'),
    appName: read.string('appName'),
    namespace: read.string('namespace'),
    blockMs: readBlockMs(read),
    closeConnection: read.flag('closeConnection'),
    // 0 stands for no error
    errorCode: read.integer('errorCode') || undefined,
    errorLabels: read.list('errorLabels', 'string'),
    writeConcernError: readWriteConcernError(read),
  }
}

/**
 * Reads the `data` of `configureFailPoint` for `onPrimaryTransactionalWrite`.
 * @throws CommandError TypeMismatch for a field of the wrong type
 */
export function readWriteFailPointData(data: BsonValue | undefined): WriteFailPointData {
  const read = parametersOf(data)
  return {
    closeConnection: read.boolean('closeConnection') ?? true,
    errorCode: read.integer('failBeforeCommitExceptionCode'),
  }
}

function parametersOf(data: BsonValue = new Map()): Parameters {
  if (isDocument(data)) return new Parameters('data', data)
  throw new CommandError('TypeMismatch', "the 'data' option must be a JSON object")
}

function readBlockMs(read: Parameters): number | undefined {
  const blocks = read.flag('blockConnection')
  const ms = read.integer('blockTimeMS')
  if (!blocks) return undefined
  if (ms === undefined) {
    throw new CommandError('InvalidOptions', "must specify 'blockTimeMS' when 'blockConnection' is true")
  }
  if (ms < 0) throw new CommandError('InvalidOptions', "'blockTimeMS' must be non-negative")
  return ms
}

function readWriteConcernError(read: Parameters): BsonDocument | undefined {
  const error = read.document('writeConcernError')
  // labels and clients go by the code
  if (error) requireType('data.writeConcernError.code', error.get('code'), 'int')
  return error
}
