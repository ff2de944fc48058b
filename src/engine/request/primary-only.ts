import { isDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Topology } from '../topology.ts'
import type { Request } from '../wire/message.ts'
import type { Command } from './command.ts'
import { WRITES } from './kinds.ts'

/** Commands that read, which a secondary does for clients that say so. */
const READS = new Set([
  ...['find', 'aggregate', 'count', 'distinct', 'explain', 'listCollections', 'listDatabases', 'listIndexes'],
  ...['collStats', 'dbStats', 'validate'],
])

/** Stages of `aggregate` that write. */
const WRITING_STAGES = ['$out', '$merge']

/**
 * Refuses what only a primary does while the server is none. Cursors that are open go on: a `getMore` is never refused.
 * @throws CommandError NotWritablePrimary, NotPrimaryNoSecondaryOk
 * @see https://github.com/mongodb/specifications/blob/master/source/server-selection/server-selection.md
 */
export function requirePrimary({ name }: Command, request: Request, topology: Topology): void {
  if (topology.isPrimary) return
  if (WRITES.has(name) || request.body.has('autocommit') || writes(request)) {
    throw new CommandError('NotWritablePrimary', 'not primary')
  }
  if (READS.has(name) && !takesSecondary(request)) {
    throw new CommandError('NotPrimaryNoSecondaryOk', 'not primary and secondaryOk=false')
  }
}

function writes({ body }: Request): boolean {
  const stages = body.get('pipeline')
  const last = Array.isArray(stages) ? stages.at(-1) : undefined
  return isDocument(last) && WRITING_STAGES.some((stage) => last.has(stage))
}

function takesSecondary({ body }: Request): boolean {
  const preference = body.get('$readPreference')
  const mode = isDocument(preference) ? preference.get('mode') : undefined
  return mode !== undefined && mode !== 'primary'
}
