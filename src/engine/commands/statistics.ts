import { doc, Double, Int32, type BsonDocument } from '../../bson/values.ts'
import { sizeValue, type Collection } from '../storage/collection.ts'
import { checkDatabaseName } from '../storage/namespace.ts'
import type { Command } from '../dispatch/command.ts'
import { collectionName } from '../dispatch/parameters/namespace.ts'
import { reply } from '../dispatch/reply.ts'

/** Sizes of a database. @see https://www.mongodb.com/docs/manual/reference/command/dbStats/ */
export const dbStats: Command = {
  name: 'dbStats',
  aliases: ['dbstats'],
  fields: ['scale', 'freeStorage'],
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

/** Sizes of a collection. @see https://www.mongodb.com/docs/manual/reference/command/collStats/ */
export const collStats: Command = {
  name: 'collStats',
  aliases: ['collstats'],
  fields: ['scale'],
  run(context) {
    const { server, db, params } = context
    const name = collectionName(context, [...params.names][0] as string)
    const scale = params.count('scale') || 1
    const collection = server.store.find(db, name)
    return new Map([['ns', `${db}.${name}`], ...describeSizes(collection, scale)])
  },
}

/** The sizes of a collection, of one that is not there too, in units of `scale` bytes. */
export function describeSizes(collection: Collection | undefined, scale: number): BsonDocument {
  const [bytes, count] = [collection?.bytes ?? 0, collection?.count ?? 0]
  const indexNames = collection ? ['_id_', ...collection.indexes.map((index) => index.spec.name)] : []
  const indexSizes: BsonDocument = new Map(indexNames.map((index) => [index, new Int32(0)]))
  return doc({
    size: sizeValue(Math.floor(bytes / scale)),
    count: sizeValue(count),
    avgObjSize: count > 0 ? sizeValue(Math.floor(bytes / count)) : undefined,
    numOrphanDocs: new Int32(0),
    storageSize: sizeValue(Math.floor(bytes / scale)),
    freeStorageSize: new Int32(0),
    capped: collection?.options.capped !== undefined,
    nindexes: new Int32(indexNames.length),
    indexDetails: doc({}),
    indexBuilds: [],
    totalIndexSize: new Int32(0),
    totalSize: sizeValue(Math.floor(bytes / scale)),
    indexSizes,
    scaleFactor: new Int32(scale),
  })
}
