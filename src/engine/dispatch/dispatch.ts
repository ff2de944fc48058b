import { isNumber, toNumber, isDocument } from '../../bson/values.ts'
import type { Answer } from '../wire/connection.ts'
import { CommandError } from '../../bson/command-error.ts'
import { abortTransaction } from '../sessions/sessions.ts'
import { AutoCommit } from '../storage/write-unit.ts'
import type { Request } from '../wire/message.ts'
import { beginWork } from '../../bson/work-budget.ts'
import type { ClientConnection, Command, CommandContext, Reply, Server } from '../request/command.ts'
import { checkReadConcern, checkWriteConcern, withWriteConcern } from '../request/parameters/concerns.ts'
import { errorLabels, tellsTopology, withDetails } from '../request/error-labels.ts'
import { ConnectionClosed } from '../request/fail-points/fail-points.ts'
import { checkShape, unknownField } from '../parameters/shape.ts'
import { getMore } from '../commands/get-more.ts'
import { hello } from '../commands/hello.ts'
import { Parameters } from '../parameters/parameters.ts'
import { refuseCollation } from '../request/parameters/refuse.ts'
import { requirePrimary } from '../request/primary-only.ts'
import { retryWhenUnlocked } from '../request/retry-when-unlocked.ts'
import { errorReply, withTimes } from '../request/reply.ts'
import { joinSession } from '../request/session-fields.ts'
import { COMMANDS } from './table.ts'

/**
 * Runs a request's command and gives its answer. Never rejects: what goes wrong is answered, and an unexpected
 * exception costs its request only.
 */
export async function dispatch(
  server: Server,
  connection: ClientConnection,
  request: Request,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const command = commandOf(request)
    beginWork(timeLimitOf(command, request))
    if (command === hello) rememberClient(connection, request)
    const fields = await server.operations.during(connection, request, () =>
      run(command, server, connection, request, signal),
    )
    return { reply: withTimes(fields, server.store.oplog.lastTime), again: command.streams === true }
  } catch (error) {
    if (error instanceof ConnectionClosed) return { reply: new Map(), close: true }
    return { reply: withTimes(errorReply(completed(error, server, request)), server.store.oplog.lastTime) }
  }
}

/** `maxTimeMS`, which limits the work of a command, but the wait of one that waits for something to happen. */
function timeLimitOf(command: Command, request: Request): number | undefined {
  const value = request.body.get('maxTimeMS')
  if (command === getMore || !isNumber(value)) return undefined
  return toNumber(value) > 0 ? toNumber(value) : undefined
}

/** The error with what every command's error says beside its code. */
function completed(error: unknown, { topology }: Server, request: Request): unknown {
  if (!(error instanceof CommandError)) return error
  const fields = tellsTopology(error.code) ? { topologyVersion: topology.version } : {}
  return withDetails(error, errorLabels(error.code, request), fields)
}

function commandOf(request: Request): Command {
  const name = request.body.keys().next().value
  const command = name === undefined ? undefined : COMMANDS.get(name)
  if (!command) throw new CommandError('CommandNotFound', `no such command: '${name ?? ''}'`)
  // before OP_MSG can be spoken, only finding that out can be asked
  if (request.framing === 'query' && command.name !== 'hello') {
    throw new CommandError(
      352,
      `Unsupported OP_QUERY command: ${command.name}. The client driver may require an upgrade.`,
    )
  }
  return command
}

async function run(
  command: Command,
  server: Server,
  connection: ClientConnection,
  request: Request,
  signal: AbortSignal,
): Promise<Reply> {
  const params = new Parameters(command.name, request.body)
  checkFields(command, request)
  checkReadConcern(command, request)
  checkWriteConcern(request)
  if (command.adminOnly && request.db !== 'admin') {
    throw new CommandError('Unauthorized', `${command.name} may only be run against the admin database.`)
  }
  const passing = { command, request, connection }
  await server.failPoints.beforeRun(passing, signal)
  // before the session is touched
  requirePrimary(command, request, server.topology)
  const { session, transaction } = joinSession(command, params, server)
  const isRetryable = session !== undefined && params.has('txnNumber')
  const beforeWrite = isRetryable ? () => server.failPoints.beforeWrite(passing) : undefined
  const unit = transaction ?? new AutoCommit(server.store, beforeWrite)
  const context: CommandContext = {
    server,
    connection,
    request,
    db: request.db,
    params,
    session,
    unit,
    view: unit.view,
    inTransaction: transaction !== undefined,
    signal,
  }
  try {
    const fields = await retryWhenUnlocked(context, () => {
      // as of now, because it may have waited
      requirePrimary(command, request, server.topology)
      return command.run(context)
    })
    server.failPoints.checkConnection(passing)
    return withWriteConcern(command, request, server.failPoints.afterRun(passing, fields))
  } catch (error) {
    server.failPoints.checkConnection(passing)
    // a failed statement ends its transaction, as on a real server
    if (session && transaction) abortTransaction(session)
    throw error
  }
}

function checkFields({ name, fields }: Command, { body, sequences }: Request): void {
  if (!fields) return
  checkShape(name, [...body].slice(1), fields)
  if (fields.has('collation')) refuseCollation(body.get('collation'))
  for (const list of sequences.keys()) if (!fields.has(list)) throw unknownField(`${name}.${list}`)
}

/**
 * Keeps the application's name that a handshake tells, once per connection. It is what fail points can be limited to.
 */
export function rememberClient(connection: ClientConnection, { body }: Request): void {
  const client = body.get('client')
  const application = isDocument(client) ? client.get('application') : undefined
  const name = isDocument(application) ? application.get('name') : undefined
  if (typeof name === 'string') connection.appName ??= name
}
