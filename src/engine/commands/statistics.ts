import { Double, Int32 } from '../../bson/values.ts'
import { sizeValue, describeSizes } from '../storage/collection.ts'
import { checkDatabaseName } from '../storage/namespace.ts'
import { commandFields, type Command } from '../request/command.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/** Sizes of a database. */
export const dbStats: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  fields: commandFields({ number: ['scale'], any: ['freeStorage'] }),
  run({ server, db, params }) {
    checkDatabaseName(db)
    const scale = params.count('scale') || 1
    const collections = server.store.collections(db)
    const { bytes, documents } = server.store.size(db)
    const indexes = collections.reduce((sum, collection) => sum + collection.indexes.length + 1, 0)
    return reply({
      db,
      collections: new Int32(collections.length),
      views: new Int32(0),
      objects: sizeValue(documents),
      avgObjSize: new Double(documents === 0 ? 0 : bytes / documents),
      dataSize: new Double(bytes / scale),
      storageSize: new Double(bytes / scale),
      indexes: new Int32(indexes),
      indexSize: new Double(0),
      totalSize: new Double(bytes / scale),
      scaleFactor: new Int32(scale),
      fsUsedSize: new Double(0),
      fsTotalSize: new Double(0),
    })
  },
}

/** Sizes of a collection. */
export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  fields: commandFields({ number: ['scale'] }),
  run(context) {
    const { server, db, params } = context
    const name = collectionName(context)
    const scale = params.count('scale') || 1
    const collection = server.store.find(db, name)
    return new Map([['ns', `${db}.${name}`], ...describeSizes(collection, scale)])
  },
}
