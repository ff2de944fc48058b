import { encodeDocument } from '../../bson/codec/encode.ts'
import { IteratorSource } from '../cursors/batch.ts'
import { commandFields, type Command } from '../request/command.ts'
import { cursorReply, readBatchSize } from '../reading/cursor-reply.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { refuseView } from '../reading/source.ts'

/** Lists a collection's indexes. */
export const listIndexes: Command = {
  name: 'listIndexes',
  fields: commandFields({ object: ['cursor'], flag: ['includeBuildUUIDs'], any: ['includeIndexBuildInfo'] }),
  run(context) {
    const { server, db } = context
    const name = collectionName(context)
    const collection = server.store.get(db, name, `ns does not exist: ${db}.${name}`)
    refuseView(collection)
    const specs = [collection.idIndexSpec(), ...collection.indexes.map((index) => index.spec.spec)]
    return cursorReply(
      context,
      collection.namespace,
      new IteratorSource(specs.map(encodeDocument)),
      readBatchSize(context, 'listIndexes'),
    )
  },
}
