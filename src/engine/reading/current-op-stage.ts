import { CommandError } from '../../bson/command-error.ts'
import { isDocument, typeName, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import type { CommandContext } from '../request/command.ts'
import { idleConnections, idleCursors, idleSessions, runningOperations } from './current-operations.ts'
import { checkShape, shape } from '../parameters/shape.ts'

/** What the stage takes. Without users, as here, everybody sees everything: `allUsers` changes nothing. */
const OPTIONS = shape({
  bool: ['allUsers', 'idleConnections', 'idleCursors', 'idleSessions', 'localOps', 'truncateOps', 'targetAllNodes'],
})
/** Those that a server looks at before all others, with words of its own. */
const SEEN_FIRST = ['allUsers', 'localOps']

/**
 * The documents that a leading `$currentOp` gives: what is under way, and what is open and unused. As of the call; each
 * is made when it is asked for.
 *
 * @throws CommandError as the server, for a wrong namespace or option
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/currentOp/
 */
export function currentOperations(
  context: CommandContext,
  coll: string | undefined,
  spec: BsonValue,
): Iterable<BsonDocument> {
  const { server, db, inTransaction } = context
  const options = readOptions(spec)
  if (db !== 'admin' || coll !== undefined) {
    const text = "$currentOp must be run against the 'admin' database with {aggregate: 1}"
    throw new CommandError('InvalidNamespace', text)
  }
  if (inTransaction) {
    throw new CommandError('OperationNotSupportedInTransaction', '$currentOp cannot be used in a transaction')
  }
  checkConcern(context)
  const isAsked = (option: string, byDefault = false) => options.get(option) ?? byDefault
  const parts = [
    runningOperations(server),
    isAsked('idleConnections') ? idleConnections(server) : [],
    isAsked('idleSessions', true) ? idleSessions(server) : [],
    isAsked('idleCursors') ? idleCursors(server) : [],
  ]
  return (function* () {
    for (const part of parts) yield* part
  })()
}

function readOptions(spec: BsonValue): BsonDocument {
  if (!isDocument(spec)) {
    const text = `$currentOp options must be specified in an object, but found: ${typeName(spec)}`
    throw new CommandError('TypeMismatch', text)
  }
  for (const name of SEEN_FIRST) {
    const value = spec.get(name)
    if (value === undefined || typeof value === 'boolean') continue
    const text = `The '${name}' parameter of the $currentOp stage must be a boolean value, but found: ${typeName(value)}`
    throw new CommandError('TypeMismatch', text)
  }
  checkShape('$currentOp', spec, OPTIONS)
  if (spec.get('targetAllNodes') === true) {
    throw new CommandError('FailedToParse', '$currentOp supports targetAllNodes parameter only for sharded clusters')
  }
  return spec
}

function checkConcern({ request }: CommandContext): void {
  const concern = request.body.get('readConcern')
  const level = isDocument(concern) ? (concern.get('level') ?? 'local') : 'local'
  if (level === 'local') return
  const why = "Aggregation stage $currentOp cannot run with a readConcern other than 'local'."
  throw new CommandError('InvalidOptions', `${why} Current readConcern: ${String(level)}`)
}
