import { CommandError } from '../../bson/command-error.ts'
import { checkNoLocks } from '../storage/write-unit.ts'
import { commandFields, type Command } from '../request/command.ts'
import { splitNamespace } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/** Renames a collection, also into another database. */
export const renameCollection: Command = {
  name: 'renameCollection',
  fields: commandFields({ string: ['to'], flag: ['dropTarget'] }),
  adminOnly: true,
  run({ params, server }) {
    const from = splitNamespace(params.string('renameCollection') ?? '')
    const to = splitNamespace(params.required('to', params.string('to')))
    const dropTarget = params.flag('dropTarget')
    const collection = server.store.get(from.db, from.coll, `Source collection ${from.db}.${from.coll} does not exist`)
    const target = server.store.find(to.db, to.coll)
    for (const each of target ? [collection, target] : [collection]) checkNoLocks(each)
    if (from.db !== to.db) {
      throw new CommandError(
        'CommandNotSupported',
        'renameCollection into another database is not supported by the embedded engine',
      )
    }
    server.store.rename(collection, to, dropTarget)
    return reply({})
  },
}
