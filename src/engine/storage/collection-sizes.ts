import { doc, Int32, type BsonDocument } from '../../bson/values.ts'
import { sizeValue, type Collection } from './collection.ts'

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
