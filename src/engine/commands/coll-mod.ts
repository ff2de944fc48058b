import { doc, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { describeOptions } from '../storage/collection.ts'
import { readImages, readValidation } from './create.ts'
import type { Command } from '../request/command.ts'
import { changeIndex } from '../writes/index-change.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'

/**
 * Changes a collection's validator, whether it records images, or an index. @see
 * https://www.mongodb.com/docs/manual/reference/command/collMod/
 */
export const collMod: Command = {
  name: 'collMod',
  fields: [
    'index',
    'validator',
    'validationLevel',
    'validationAction',
    'changeStreamPreAndPostImages',
    'viewOn',
    'pipeline',
    'cappedSize',
    'cappedMax',
    'expireAfterSeconds',
  ],
  run(context) {
    const { params, server, db } = context
    const name = collectionName(context, 'collMod')
    const collection = server.store.get(db, name, 'ns does not exist')
    for (const field of ['viewOn', 'pipeline', 'cappedSize', 'cappedMax', 'expireAfterSeconds']) {
      if (params.has(field))
        throw new CommandError('CommandNotSupported', `collMod with ${field} is not supported by the embedded engine`)
    }
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
    const description: BsonDocument = new Map([...context.request.body].filter(([field]) => collModFields.has(field)))
    server.store.oplog.append([{ ...collection.place, change: { kind: 'modify', description, state } }])
    return reply(change?.fields ?? {})
  },
}

const collModFields = new Set([
  'index',
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
])
