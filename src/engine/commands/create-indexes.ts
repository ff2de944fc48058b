import { doc, Int32 } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { readIndex } from '../indexes/read-index.ts'
import { isThere } from '../indexes/signature.ts'
import type { Collection } from '../storage/collection.ts'
import { duplicateKey, type IndexSpec, type SecondaryIndex } from '../storage/secondary-index.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/** The most indexes of a collection, `_id`'s included. */
const MAX_INDEXES = 64

/** Creates indexes. */
export const createIndexes: Command = {
  name: 'createIndexes',
  fields: commandFields({ array: ['indexes'], any: ['commitQuorum', 'ignoreUnknownIndexOptions'] }),
  inTransaction: true,
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context)
    const specs = params.required('indexes', params.list('indexes', 'object')).map(readIndex)
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
    const missing = specs.filter((spec) => !isThere(collection, spec))
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
