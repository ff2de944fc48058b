import {
  Int32,
  isDocument,
  isNumber,
  toNumber,
  typeName,
  type BsonDocument,
  type BsonValue,
} from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'

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
  const read = new DataReader(data)
  return {
    commands: new Set(read.strings('failCommands')),
    allCommands: read.boolean('failAllCommands') ?? false,
    appName: read.string('appName'),
    namespace: read.string('namespace'),
    blockMs: readBlockMs(read),
    closeConnection: read.boolean('closeConnection') ?? false,
    // 0 stands for no error
    errorCode: read.integer('errorCode') || undefined,
    errorLabels: read.strings('errorLabels'),
    writeConcernError: readWriteConcernError(read),
  }
}

/**
 * Reads the `data` of `configureFailPoint` for `onPrimaryTransactionalWrite`.
 * @throws CommandError TypeMismatch for a field of the wrong type
 */
export function readWriteFailPointData(data: BsonValue | undefined): WriteFailPointData {
  const read = new DataReader(data)
  return {
    closeConnection: read.boolean('closeConnection') ?? true,
    errorCode: read.integer('failBeforeCommitExceptionCode'),
  }
}

function readBlockMs(read: DataReader): number | undefined {
  const blocks = read.boolean('blockConnection')
  const ms = read.integer('blockTimeMS')
  if (!blocks) return undefined
  if (ms === undefined) {
    throw new CommandError('InvalidOptions', "must specify 'blockTimeMS' when 'blockConnection' is true")
  }
  if (ms < 0) throw new CommandError('InvalidOptions', "'blockTimeMS' must be non-negative")
  return ms
}

function readWriteConcernError(read: DataReader): BsonDocument | undefined {
  const error = read.document('writeConcernError')
  const code = error?.get('code')
  // labels and clients go by the code
  if (error && !(code instanceof Int32)) throw read.wrongType('writeConcernError.code', 'int', code)
  return error
}

class DataReader {
  readonly #data: BsonDocument

  constructor(data: BsonValue | undefined = new Map()) {
    if (!isDocument(data)) throw new CommandError('TypeMismatch', "the 'data' option must be a JSON object")
    this.#data = data
  }

  boolean(name: string): boolean | undefined {
    const value = this.#data.get(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.wrongType(name, 'bool', value)
  }

  integer(name: string): number | undefined {
    const value = this.#data.get(name)
    if (value === undefined) return undefined
    const number = isNumber(value) ? toNumber(value) : Number.NaN
    // codes and times are 32-bit integers
    if (Number.isInteger(number) && Math.abs(number) <= 0x7fff_ffff) return number
    throw this.wrongType(name, 'int', value)
  }

  string(name: string): string | undefined {
    const value = this.#data.get(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.wrongType(name, 'string', value)
  }

  strings(name: string): string[] | undefined {
    const value = this.#data.get(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw this.wrongType(name, 'array', value)
    return value.map((item) => {
      if (typeof item === 'string') return item
      throw this.wrongType(name, 'array of strings', item)
    })
  }

  document(name: string): BsonDocument | undefined {
    const value = this.#data.get(name)
    if (value === undefined || isDocument(value)) return value
    throw this.wrongType(name, 'object', value)
  }

  wrongType(name: string, expected: string, value: BsonValue | undefined): CommandError {
    const got = value === undefined ? 'missing' : `of type '${typeName(value)}'`
    return new CommandError('TypeMismatch', `Fail point data '${name}' is ${got}, expected type '${expected}'`)
  }
}
