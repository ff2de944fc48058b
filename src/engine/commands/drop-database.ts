import { checkDatabaseName } from '../storage/namespace.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Drops a database with all its collections. */
export const dropDatabase: Command = {
  name: 'dropDatabase',
  fields: commandFields({}),
  run({ server, db }) {
    checkDatabaseName(db)
    for (const collection of server.store.collections(db)) checkNoLocks(collection)
    server.store.dropDatabase(db)
    server.cursors.killWhere((cursor) => cursor.namespace.startsWith(`${db}.`) && !cursor.source.outlivesDrop)
    return reply({})
  },
}
