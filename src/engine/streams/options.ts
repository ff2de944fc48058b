import { isDocument, type BsonValue, type Timestamp } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { Parameters } from '../parameters/parameters.ts'
import { shape } from '../parameters/shape.ts'
import { readToken, type ParsedToken } from './resume-token.ts'
import type { OplogEntry } from '../storage/oplog.ts'

/** What a change stream watches. */
export type StreamScope =
  | { readonly kind: 'collection'; readonly db: string; readonly coll: string }
  | { readonly kind: 'database'; readonly db: string }
  | { readonly kind: 'deployment' }

/** Where a change stream starts. */
export type StreamStart =
  | { readonly kind: 'now' }
  | { readonly kind: 'time'; readonly time: Timestamp }
  | { readonly kind: 'token'; readonly token: ParsedToken }

/** The options of a `$changeStream` stage, checked. */
export interface StreamOptions {
  readonly scope: StreamScope
  readonly start: StreamStart
  readonly fullDocument: 'default' | 'updateLookup' | 'whenAvailable' | 'required'
  readonly fullDocumentBeforeChange: 'off' | 'whenAvailable' | 'required'
  readonly showExpandedEvents: boolean
}

const FULL_DOCUMENT = ['default', 'updateLookup', 'whenAvailable', 'required'] as const
const BEFORE_CHANGE = ['off', 'whenAvailable', 'required'] as const
const SHAPE = shape({
  string: ['fullDocument', 'fullDocumentBeforeChange'],
  bool: ['showExpandedEvents', 'allChangesForCluster'],
  object: ['resumeAfter', 'startAfter'],
  timestamp: ['startAtOperationTime'],
  // taken and without effect: they concern shards, or migrations between them
  any: ['showMigrationEvents', 'showSystemEvents', 'matchCollectionUUIDForUpdateLookup', 'showRawUpdateDescription'],
})
const INTERNAL_DATABASES = new Set(['admin', 'config', 'local'])

/** Whether a database is the server's own, which change streams do not show. */
export function isInternalDatabase(db: string): boolean {
  return INTERNAL_DATABASES.has(db)
}

/**
 * Reads the `$changeStream` stage of an aggregate on `db` and `coll` (undefined: on the database).
 * @throws CommandError as the server, when the stage or the namespace is not valid
 */
export function readStreamOptions(stage: BsonValue, db: string, coll: string | undefined): StreamOptions {
  if (!isDocument(stage)) {
    throw new CommandError(50808, '$changeStream stage expects a document as argument')
  }
  const params = new Parameters('$changeStream', stage, SHAPE)
  return {
    fullDocument: params.oneOf('fullDocument', FULL_DOCUMENT) ?? 'default',
    fullDocumentBeforeChange: params.oneOf('fullDocumentBeforeChange', BEFORE_CHANGE) ?? 'off',
    showExpandedEvents: params.flag('showExpandedEvents'),
    start: readStart(params),
    scope: scopeOf(db, coll, params.flag('allChangesForCluster')),
  }
}

function readStart(params: Parameters): StreamStart {
  const [resumeAfter, startAfter] = ['resumeAfter', 'startAfter'].map((name) => {
    const token = params.document(name)
    return token && readToken(token)
  })
  const time = params.timestamp('startAtOperationTime')
  if (time && (resumeAfter ?? startAfter)) {
    throw new CommandError(40674, 'Only one type of resume option is allowed, but multiple were found.')
  }
  if (resumeAfter && startAfter) {
    throw new CommandError(50865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage")
  }
  if (resumeAfter?.fromInvalidate) {
    throw new CommandError(
      'InvalidResumeToken',
      "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
    )
  }
  const token = resumeAfter ?? startAfter
  if (token) return { kind: 'token', token }
  return time ? { kind: 'time', time } : { kind: 'now' }
}

function scopeOf(db: string, coll: string | undefined, allChanges: boolean): StreamScope {
  if (allChanges) {
    if (db === 'admin' && coll === undefined) return { kind: 'deployment' }
    throw new CommandError(
      'InvalidOptions',
      `A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, and with no collection name; found ${coll === undefined ? db : `${db}.${coll}`}`,
    )
  }
  if (isInternalDatabase(db)) {
    throw new CommandError('InvalidNamespace', `$changeStream may not be opened on the internal ${db} database`)
  }
  if (coll === undefined) return { kind: 'database', db }
  if (coll.startsWith('system.')) {
    throw new CommandError(
      'InvalidNamespace',
      `$changeStream may not be opened on the internal ${db}.${coll} collection`,
    )
  }
  return { kind: 'collection', db, coll }
}

/** Whether an entry is about what a stream watches. */
export function isInScope(entry: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return !isInternalDatabase(entry.db)
  const { change } = entry
  const renamedTo = change.kind === 'rename' ? change.to : undefined
  if (scope.kind === 'database') return entry.db === scope.db || renamedTo?.db === scope.db
  if (entry.db !== scope.db && !renamedTo) return false
  // the end of the database is the end of the collection, even of one that was never there
  if (entry.db === scope.db && (entry.coll === scope.coll || change.kind === 'dropDatabase')) return true
  return renamedTo?.db === scope.db && renamedTo.coll === scope.coll
}

/** Whether an entry ends what a stream watches. */
export function invalidates({ change }: OplogEntry, scope: StreamScope): boolean {
  if (scope.kind === 'deployment') return false
  if (change.kind === 'dropDatabase') return true
  return scope.kind === 'collection' && (change.kind === 'drop' || change.kind === 'rename')
}
