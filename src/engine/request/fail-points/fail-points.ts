import type { Encodable } from '../../../bson/codec/encode.ts'
import type { BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { Request } from '../../wire/message.ts'
import type { ClientConnection, Command, Reply } from '../command.ts'
import { errorLabels, LabelledError } from '../error-labels.ts'
import {
  readFailPointData,
  readWriteFailPointData,
  type FailPointData,
  type WriteFailPointData,
} from './fail-point-data.ts'
import { FailPoint, readMode } from './fail-point.ts'
import { WRITES } from '../kinds.ts'
import { sleepUnlessAborted } from '../../../util/waiting/sleep.ts'

/** Thrown in place of an answer: the connection is to be closed. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed'
}

/** One command on its way, as the fail points look at it. */
export interface Passing {
  readonly command: Command
  readonly request: Request
  readonly connection: ClientConnection
}

/**
 * The fail points of a server, which tests set by `configureFailPoint`: `failCommand`, which acts before a command runs
 * or on its write concern, `failGetMoreAfterCursorCheckout`, which acts within a `getMore` and costs its cursor, and
 * `onPrimaryTransactionalWrite`, which acts on a document that a retryable write is about to change.
 * @see https://github.com/mongodb/mongo/wiki/The-%22failCommand%22-fail-point
 */
export class FailPoints {
  readonly #points = {
    failCommand: new FailPoint<FailPointData>(),
    failGetMoreAfterCursorCheckout: new FailPoint<FailPointData>(),
    onPrimaryTransactionalWrite: new FailPoint<WriteFailPointData>(),
  }
  /** Commands of which the connection is closed when they have run. */
  readonly #closing = new WeakSet<Passing>()

  /**
   * Sets a fail point. Gives how often it has acted so far.
   * @throws CommandError FailPointSetFailed for an unknown one; else as {@link readMode} and {@link readFailPointData}
   */
  configure(name: string, mode: BsonValue | undefined, data: BsonValue | undefined): number {
    switch (name) {
      case 'failCommand':
      case 'failGetMoreAfterCursorCheckout':
        return this.#points[name].set(readMode(mode), readFailPointData(data))
      case 'onPrimaryTransactionalWrite':
        return this.#points[name].set(readMode(mode), readWriteFailPointData(data))
      default:
        throw new CommandError('FailPointSetFailed', `${name} not found`)
    }
  }

  /** Turns all of them off. */
  clear(): void {
    for (const name of Object.keys(this.#points)) this.configure(name, 'off', undefined)
  }

  /**
   * Lets `failCommand` act on a command that is about to run; before its session is touched, as on a real server, so
   * that a failed statement leaves its transaction alone. Waiting ends when the client leaves; then nothing is run.
   * @throws CommandError with the given code, {@link ConnectionClosed}
   */
  async beforeRun(passing: Passing, signal: AbortSignal): Promise<void> {
    const data = this.#points.failCommand.enter(
      (each) =>
        applies(each, passing) && (each.blockMs !== undefined || each.closeConnection || each.errorCode !== undefined),
    )
    if (!data) return
    if (data.blockMs !== undefined) await sleepUnlessAborted(data.blockMs, signal)
    if (data.closeConnection || signal.aborted) throw new ConnectionClosed()
    if (data.errorCode !== undefined) throw failure(data, "Failing command via 'failCommand' failpoint")
  }

  /**
   * Lets `onPrimaryTransactionalWrite` act on one document of a retryable write, before it is changed.
   * @throws CommandError with the given code: then nothing is changed
   */
  beforeWrite(passing: Passing): void {
    const data = this.#points.onPrimaryTransactionalWrite.enter(() => true)
    if (!data) return
    if (data.closeConnection) this.#closing.add(passing)
    if (data.errorCode === undefined) return
    throw new CommandError(data.errorCode, 'Failing write due to failpoint. The write must not be reflected.')
  }

  /** @throws ConnectionClosed when a fail point asked for it while the command ran, which may have failed */
  checkConnection(passing: Passing): void {
    if (this.#closing.has(passing)) throw new ConnectionClosed()
  }

  /** Lets `failCommand` act on the write concern of a command that has run. Gives the reply, changed or not. */
  afterRun(passing: Passing, reply: Reply): Reply {
    if (!WRITES.has(passing.command.name)) return reply
    const data = this.#points.failCommand.enter(
      (each) => each.writeConcernError !== undefined && applies(each, passing),
    )
    if (!data?.writeConcernError) return reply
    const failed = new Map<string, Encodable>(reply)
    const labels = data.errorLabels ?? errorLabels(Number(data.writeConcernError.get('code')), passing.request)
    if (labels.length > 0) failed.set('errorLabels', [...labels])
    return failed.set('writeConcernError', data.writeConcernError)
  }

  /**
   * Lets `failGetMoreAfterCursorCheckout` act on a `getMore` that holds its cursor. Without a code it fails as a real
   * server's does.
   * @throws CommandError with the given code or InternalError, {@link ConnectionClosed}
   */
  afterCheckout(connection: ClientConnection, namespace: string): void {
    const data = this.#points.failGetMoreAfterCursorCheckout.enter((each) => reaches(each, connection, namespace))
    if (!data) return
    if (data.closeConnection) throw new ConnectionClosed()
    throw failure(data, "Hit the 'failGetMoreAfterCursorCheckout' failpoint")
  }
}

function failure({ errorCode, errorLabels: labels }: FailPointData, message: string): CommandError {
  const code = errorCode ?? 'InternalError'
  return labels ? new LabelledError(code, message, { labels }) : new CommandError(code, message)
}

function applies(data: FailPointData, { command, request, connection }: Passing): boolean {
  // or a fail point on everything could never be ended
  if (command.name === 'configureFailPoint') return false
  const names = [command.name, ...(command.aliases ?? [])]
  if (!data.allCommands && !names.some((name) => data.commands.has(name))) return false
  return reaches(data, connection, namespaceOf(request))
}

function reaches(data: FailPointData, connection: ClientConnection, namespace: string | undefined): boolean {
  if (data.appName !== undefined && data.appName !== connection.appName) return false
  return data.namespace === undefined || data.namespace === namespace
}

/** The collection that a command is for; undefined when it names none. */
function namespaceOf({ db, body }: Request): string | undefined {
  const named = body.get('collection') ?? body.values().next().value
  return typeof named === 'string' ? `${db}.${named}` : undefined
}
