import { isEqual } from '../../bson/compare.ts'
import { doc, Int32, isNumber, toNumber, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { compileFilter } from '../query/filter.ts'
import type { Collection } from '../storage/collection.ts'
import { duplicateKey } from '../storage/duplicate-key.ts'
import type { IndexSpec, SecondaryIndex } from '../storage/secondary-index.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import type { Command } from './command.ts'
import { collectionName } from './namespace.ts'
import { Parameters } from './parameters.ts'
import { refuseCollation } from './refuse.ts'
import { reply } from './reply.ts'

const ID_KEY = doc({ _id: new Int32(1) })
/** The most indexes of a collection, `_id`'s included. */
const MAX_INDEXES = 64
/** Taken and listed, but without effect in memory. */
const WITHOUT_EFFECT = new Set(['v', 'background', 'hidden', 'storageEngine', 'ns', 'expireAfterSeconds', 'collation'])
const KNOWN = new Set(['key', 'name', 'unique', 'sparse', 'partialFilterExpression', ...WITHOUT_EFFECT])

/** Creates indexes. @see https://www.mongodb.com/docs/manual/reference/command/createIndexes/ */
export const createIndexes: Command = {
  name: 'createIndexes',
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  inTransaction: true,
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context, 'createIndexes')
    const specs = params.required('indexes', params.documents('indexes')).map(readSpec)
    if (specs.length === 0) throw new CommandError('BadValue', 'Must specify at least one index to create')
    const existed = server.store.find(db, name) !== undefined
    const collection = server.store.getOrCreate(db, name)
    checkNoLocks(collection)
    if (context.inTransaction && collection.count > 0) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        `Cannot create new indexes on non-empty collection ${collection.namespace} in a multi-document transaction.`,
      )
    }
    const before = collection.indexes.length + 1
    const missing = specs.filter((spec) => !exists(collection, spec))
    if (before + missing.length > MAX_INDEXES) {
      throw new CommandError('CannotCreateIndex', `add index fails, too many indexes for ${collection.namespace}`)
    }
    build(collection, missing)
    if (missing.length > 0) {
      const description = doc({ indexes: missing.map((spec) => spec.spec) })
      server.store.oplog.append([{ ...collection.place, change: { kind: 'createIndexes', description } }])
    }
    const counts = { numIndexesBefore: new Int32(before), numIndexesAfter: new Int32(collection.indexes.length + 1) }
    if (missing.length === 0) return reply({ ...counts, note: 'all indexes already exist' })
    return reply({ ...counts, createdCollectionAutomatically: !existed, commitQuorum: 'votingMembers' })
  },
}

/** Builds all or none. */
function build(collection: Collection, specs: readonly IndexSpec[]): void {
  const built: SecondaryIndex[] = []
  try {
    for (const spec of specs)
      built.push(collection.addIndex(spec, (index, stored) => checkDuplicate(collection, index, stored)))
  } catch (error) {
    for (const index of built) collection.dropIndex(index)
    throw error
  }
}

function checkDuplicate(collection: Collection, index: SecondaryIndex, stored: StoredDocument): void {
  if (index.uniqueKeys(stored.document).some((key) => index.holders(key).size > 0)) {
    throw duplicateKey(collection, index.spec.name, index.spec.key, stored.document)
  }
}

function readSpec(spec: BsonDocument): IndexSpec {
  const params = new Parameters('createIndexes.indexes', spec)
  const key = params.required('key', params.document('key'))
  const name = params.required('name', params.string('name'))
  if (name === '') throw new CommandError('CannotCreateIndex', 'index names cannot be empty')
  for (const field of spec.keys()) {
    if (!KNOWN.has(field)) {
      throw new CommandError(
        'InvalidIndexSpecificationOption',
        `The field '${field}' is not valid for an index specification, or not supported by the embedded engine`,
      )
    }
  }
  refuseCollation(spec.get('collation'))
  if (spec.has('expireAfterSeconds')) {
    throw new CommandError(
      'CommandNotSupported',
      'TTL indexes (expireAfterSeconds) are not supported by the embedded engine',
    )
  }
  checkKey(key)
  if (isEqual(key, ID_KEY)) checkIdIndex(spec)
  const partialFilter = params.document('partialFilterExpression')
  if (partialFilter) compileFilter(partialFilter)
  return {
    name,
    key,
    unique: params.boolean('unique') ?? false,
    sparse: params.boolean('sparse') ?? false,
    ...(partialFilter ? { partialFilter } : {}),
    spec: new Map([['v', new Int32(2)], ...[...spec].filter(([field]) => field !== 'v' && field !== 'ns')]),
  }
}

function checkIdIndex(spec: BsonDocument): void {
  for (const field of spec.keys()) {
    if (['v', 'key', 'name', 'ns', 'collation'].includes(field)) continue
    throw new CommandError(
      'InvalidIndexSpecificationOption',
      `The field '${field}' is not valid for an _id index specification.`,
    )
  }
}

function checkKey(key: BsonDocument): void {
  if (key.size === 0) throw new CommandError('CannotCreateIndex', 'Index keys cannot be an empty object.')
  if (key.size > 32) throw new CommandError(13103, 'too many compound keys')
  for (const [path, direction] of key) {
    if (path === '' || path.split('.').some((part) => part === '')) {
      throw new CommandError('CannotCreateIndex', 'Index key contains an empty field name')
    }
    if (path === '$**' || path.endsWith('.$**') || typeof direction === 'string') {
      const kind = typeof direction === 'string' ? direction : 'wildcard'
      throw new CommandError(
        'CommandNotSupported',
        `Indexes of the kind '${kind}' are not supported by the embedded engine`,
      )
    }
    if (path.startsWith('$'))
      throw new CommandError('CannotCreateIndex', `Index key contains an illegal field name: '${path}'`)
    if (!isNumber(direction) || toNumber(direction) === 0) {
      throw new CommandError(
        'CannotCreateIndex',
        `Values in the index key pattern must be numbers other than 0, or index types`,
      )
    }
  }
}

/** Whether the same index is there. @throws CommandError when another one has its name or its key */
function exists(collection: Collection, spec: IndexSpec): boolean {
  if (isEqual(spec.key, ID_KEY)) return true
  for (const { spec: other } of collection.indexes) {
    const sameKey = isEqual(other.key, spec.key)
    const sameOptions =
      other.unique === spec.unique &&
      other.sparse === spec.sparse &&
      isEqual(other.partialFilter ?? null, spec.partialFilter ?? null)
    if (other.name === spec.name) {
      if (sameKey && sameOptions) return true
      throw new CommandError(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index, but another specification. Requested index: ${spec.name}`,
      )
    }
    if (sameKey && isEqual(other.partialFilter ?? null, spec.partialFilter ?? null)) {
      throw new CommandError('IndexOptionsConflict', `Index already exists with a different name: ${other.name}`)
    }
  }
  return false
}
