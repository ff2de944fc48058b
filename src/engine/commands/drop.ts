import { Int32 } from '../../bson/values.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/** Drops a collection; what is not there is dropped already. */
export const drop: Command = {
  name: 'drop',
  fields: commandFields({ any: ['encryptedFields'] }),
  run(context) {
    const { server, db } = context
    const collection = server.store.find(db, collectionName(context))
    if (!collection) return reply({})
    checkNoLocks(collection)
    server.store.drop(collection)
    server.cursors.killWhere((cursor) => cursor.namespace === collection.namespace && !cursor.source.outlivesDrop)
    return reply({ nIndexesWas: new Int32(collection.indexes.length + 1), ns: collection.namespace })
  },
}
