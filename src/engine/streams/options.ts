import { isDocument, Timestamp, typeName, Undefined, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { readToken, type ParsedToken } from './resume-token.ts'

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
/** Taken and without effect: they concern shards, or migrations between them. */
const IGNORED = new Set([
  'showMigrationEvents',
  'showSystemEvents',
  'matchCollectionUUIDForUpdateLookup',
  'showRawUpdateDescription',
])
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
  const read = new OptionReader(stage)
  const fullDocument = read.oneOf('fullDocument', FULL_DOCUMENT)
  const fullDocumentBeforeChange = read.oneOf('fullDocumentBeforeChange', BEFORE_CHANGE)
  const showExpandedEvents = read.boolean('showExpandedEvents')
  const allChanges = read.boolean('allChangesForCluster')
  const start = readStart(read)
  read.checkRest()
  return { scope: scopeOf(db, coll, allChanges), start, fullDocument, fullDocumentBeforeChange, showExpandedEvents }
}

class OptionReader {
  readonly #stage: BsonDocument
  readonly #read = new Set<string>()

  constructor(stage: BsonDocument) {
    this.#stage = stage
  }

  get(name: string): BsonValue | undefined {
    this.#read.add(name)
    const value = this.#stage.get(name)
    // the server takes null and undefined for absent
    return value === null || value instanceof Undefined ? undefined : value
  }

  wrongType(name: string, expected: string): CommandError {
    const got = typeName(this.#stage.get(name) ?? null)
    return new CommandError(
      'TypeMismatch',
      `BSON field '$changeStream.${name}' is the wrong type '${got}', expected type '${expected}'`,
    )
  }

  oneOf<T extends string>(name: string, values: readonly [T, ...T[]]): T {
    const value = this.get(name)
    if (value === undefined) return values[0]
    if (typeof value !== 'string') throw this.wrongType(name, 'string')
    const known = values.find((candidate) => candidate === value)
    if (known) return known
    throw new CommandError(
      'BadValue',
      `Enumeration value '${value}' for field '$changeStream.${name}' is not a valid value.`,
    )
  }

  boolean(name: string): boolean {
    const value = this.get(name)
    if (value !== undefined && typeof value !== 'boolean') throw this.wrongType(name, 'bool')
    return value ?? false
  }

  token(name: string): ParsedToken | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    if (!isDocument(value)) throw this.wrongType(name, 'object')
    return readToken(value)
  }

  timestamp(name: string): Timestamp | undefined {
    const value = this.get(name)
    if (value === undefined || value instanceof Timestamp) return value
    throw this.wrongType(name, 'timestamp')
  }

  checkRest(): void {
    for (const name of this.#stage.keys()) {
      if (this.#read.has(name) || IGNORED.has(name)) continue
      throw new CommandError(40415, `BSON field '$changeStream.${name}' is an unknown field.`)
    }
  }
}

function readStart(read: OptionReader): StreamStart {
  const resumeAfter = read.token('resumeAfter')
  const startAfter = read.token('startAfter')
  const time = read.timestamp('startAtOperationTime')
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
