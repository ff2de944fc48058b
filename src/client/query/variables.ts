import type { WatchChangesSubscriptionVariables } from './operations.generated.ts'
import { WatchError } from '../watch-error.ts'
import type { WatchOptions } from '../watch-options.ts'
import { writeEjson } from './write-ejson.ts'

/**
 * The variables of the subscription: as asked for, or from `token` on once there is one.
 *
 * @throws WatchError `BAD_USER_INPUT` for what cannot be sent as it is meant
 */
export function toVariables(
  options: Pick<WatchOptions, keyof WatchChangesSubscriptionVariables>,
  token: string | undefined,
): WatchChangesSubscriptionVariables {
  const { db, coll, operationTypes, fullDocument, fullDocumentBeforeChange, format } = options
  const { showExpandedEvents, startAfter, startAtOperationTime, last, snapshot } = options
  const where = toText(options.where, 'where')
  const startTime = toText(startAtOperationTime, 'startAtOperationTime')
  const start = token === undefined ? { startAfter, startAtOperationTime: startTime, last } : { startAfter: token }
  // an argument that is absent has its default, one that is null has not: JSON leaves out what is undefined
  const how = { fullDocument, fullDocumentBeforeChange, showExpandedEvents, snapshot, format }
  const all = { db, coll, operationTypes, where, ...how, ...start }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  for (const [name, value] of given) requireJson(value, name)
  return Object.fromEntries(given)
}

/** A value as Extended JSON text; text is taken for that already. */
function toText(value: unknown, name: string): string | undefined {
  if (value === null) throw refused(name, value)
  return value === undefined || typeof value === 'string' ? value : writeEjson(value, name)
}

/** What JSON would leave out or change, or could not write. */
function requireJson(value: unknown, name: string): void {
  if (Array.isArray(value)) {
    // not `forEach`, which passes over holes
    for (const [index, item] of value.entries()) requireJson(item, `${name}.${index}`)
  } else if (!['string', 'boolean'].includes(typeof value) && !Number.isFinite(value)) {
    throw refused(name, value)
  }
}

function refused(name: string, value: unknown): WatchError {
  const message = `\`${name}\`: expected a value that can be sent, got ${String(value)}`
  return new WatchError('BAD_USER_INPUT', message, { resumeToken: undefined })
}
