import { encodeDocument } from '../../bson/codec/encode.ts'
import { doc, type BsonDocument } from '../../bson/values.ts'
import { IteratorSource } from '../cursors/batch.ts'
import { describeOptions, type Collection } from '../storage/collection.ts'
import { checkDatabaseName } from '../storage/namespace.ts'
import { toQuery } from '../writes/match.ts'
import { commandFields, type Command } from '../request/command.ts'
import { cursorReply, readBatchSize } from '../reading/cursor-reply.ts'

/** Lists a database's collections. */
export const listCollections: Command = {
  name: 'listCollections',
  fields: commandFields({ object: ['filter', 'cursor'], flag: ['nameOnly', 'authorizedCollections'] }),
  run(context) {
    const { params, server, db } = context
    checkDatabaseName(db)
    const { filter } = toQuery(params.document('filter') ?? doc({}))
    const nameOnly = params.flag('nameOnly')
    const entries = server.store
      .collections(db)
      .map(describe)
      .filter((entry) => filter.matches(entry))
      .map((entry) => encodeDocument(nameOnly ? doc({ name: entry.get('name'), type: entry.get('type') }) : entry))
    return cursorReply(
      context,
      `${db}.$cmd.listCollections`,
      new IteratorSource(entries),
      readBatchSize(context, 'listCollections'),
    )
  },
}

function describe(collection: Collection): BsonDocument {
  return doc({
    name: collection.name,
    ...(collection.options.view
      ? { type: 'view', options: describeOptions(collection.options), info: doc({ readOnly: true }) }
      : {
          type: 'collection',
          options: describeOptions(collection.options),
          info: doc({ readOnly: false, uuid: collection.uuidValue }),
          idIndex: collection.idIndexSpec(),
        }),
  })
}
