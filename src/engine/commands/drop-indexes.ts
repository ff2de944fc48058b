import { isEqual } from '../../bson/compare.ts'
import { doc, Int32, isDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'
import type { SecondaryIndex } from '../storage/secondary-index.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'
import { refuseView } from '../reading/source.ts'

/** Drops indexes by name, by key, or all but `_id`'s. */
export const dropIndexes: Command = {
  name: 'dropIndexes',
  aliases: ['deleteIndexes'],
  fields: commandFields({ any: ['index'] }),
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context)
    const collection = server.store.get(db, name, `ns not found ${db}.${name}`)
    refuseView(collection)
    checkNoLocks(collection)
    const wanted = params.required('index', params.value('index'))
    const before = collection.indexes.length + 1
    const all = wanted === '*'
    const dropped = all
      ? [...collection.indexes]
      : (Array.isArray(wanted) ? wanted : [wanted]).map((each) => indexOf(collection, each))
    for (const index of dropped) collection.dropIndex(index)
    if (dropped.length > 0) {
      const description = doc({ indexes: dropped.map((index) => index.spec.spec) })
      server.store.oplog.append([{ ...collection.place, change: { kind: 'dropIndexes', description } }])
    }
    return reply({
      nIndexesWas: new Int32(before),
      msg: all ? 'non-_id indexes dropped for collection' : undefined,
    })
  },
}

function indexOf(collection: Collection, wanted: BsonValue): SecondaryIndex {
  if (wanted === '_id_' || (isDocument(wanted) && isEqual(wanted, doc({ _id: new Int32(1) })))) {
    throw new CommandError('InvalidOptions', 'cannot drop _id index')
  }
  if (typeof wanted === 'string') {
    const named = collection.indexes.find((index) => index.spec.name === wanted)
    if (named) return named
    throw new CommandError('IndexNotFound', `index not found with name [${wanted}]`)
  }
  if (!isDocument(wanted))
    throw new CommandError('TypeMismatch', "BSON field 'dropIndexes.index' must be a name, a key or a list of names")
  const keyed = collection.indexes.find((index) => isEqual(index.spec.key, wanted))
  if (keyed) return keyed
  throw new CommandError('IndexNotFound', "can't find index with key")
}
