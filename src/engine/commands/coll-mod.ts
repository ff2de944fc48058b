import { doc, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { describeOptions } from '../storage/collection.ts'
import { readImages, readValidation } from './create.ts'
import { commandFields, type Command } from '../request/command.ts'
import { changeIndex } from '../writes/index-change.ts'
import { refuseFields } from '../request/parameters/refuse.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/** What events tell of the command. */
const EVENT_FIELDS = new Set([
  'index',
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
])
const UNSUPPORTED = ['viewOn', 'pipeline', 'cappedSize', 'cappedMax', 'expireAfterSeconds']

/** Changes a collection's validator, whether it records images, or an index. */
export const collMod: Command = {
  name: 'collMod',
  fields: commandFields({
    object: ['index', 'validator', 'changeStreamPreAndPostImages'],
    string: ['validationLevel', 'validationAction'],
    any: UNSUPPORTED,
  }),
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context)
    const collection = server.store.get(db, name, 'ns does not exist')
    refuseFields(
      'collMod',
      UNSUPPORTED.filter((field) => params.has(field)),
    )
    const changed = { ...readValidation(params, collection.options), ...readImages(params) }
    const index = params.document('index')
    const options: BsonDocument = new Map<string, BsonValue>([
      ['uuid', collection.uuidValue],
      ...describeOptions(collection.options),
    ])
    const change = index ? changeIndex(collection, index) : undefined
    const indexOptions = change && change.before.size > 0 ? change.before : undefined
    const state: BsonDocument = doc({ collectionOptions: options, indexOptions })
    collection.options = { ...collection.options, ...changed }
    const description: BsonDocument = new Map([...context.request.body].filter(([field]) => EVENT_FIELDS.has(field)))
    server.store.oplog.append([{ ...collection.place, change: { kind: 'modify', description, state } }])
    return reply(change?.fields ?? {})
  },
}
