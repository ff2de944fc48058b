import { doc, type BsonDocument } from '../../bson/values.ts'
import { sizeValue } from '../storage/collection.ts'
import { toQuery } from '../writes/match.ts'
import { commandFields, type Command } from '../request/command.ts'
import { reply } from '../request/reply.ts'

/** Lists the databases. */
export const listDatabases: Command = {
  name: 'listDatabases',
  fields: commandFields({ object: ['filter'], flag: ['nameOnly', 'authorizedDatabases'] }),
  adminOnly: true,
  run({ params, server }) {
    const { filter } = toQuery(params.document('filter') ?? doc({}))
    const nameOnly = params.flag('nameOnly')
    let total = 0
    const databases: BsonDocument[] = []
    for (const name of server.store.databases().sort()) {
      const { bytes, documents } = server.store.size(name)
      const entry = doc({ name, sizeOnDisk: sizeValue(bytes), empty: documents === 0 })
      if (!filter.matches(entry)) continue
      total += bytes
      databases.push(nameOnly ? doc({ name }) : entry)
    }
    if (nameOnly) return reply({ databases })
    return reply({ databases, totalSize: sizeValue(total), totalSizeMb: sizeValue(Math.floor(total / 1024 / 1024)) })
  },
}
