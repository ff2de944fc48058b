import { doc, type BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { readImages, readValidation } from './create.ts'
import type { Command } from './command.ts'
import { collectionName } from './namespace.ts'
import { reply } from './reply.ts'

/** Changes a collection's validator, or whether it records images. @see https://www.mongodb.com/docs/manual/reference/command/collMod/ */
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
    const index = params.document('index')
    if (index) checkIndexChange(index)
    const state: BsonDocument = doc({ collectionOptions: collection.describeOptions() })
    collection.options = { ...collection.options, ...readValidation(params, collection.options), ...readImages(params) }
    const description: BsonDocument = new Map([...context.request.body].filter(([field]) => collModFields.has(field)))
    server.store.oplog.append([{ ...collection.place, change: { kind: 'modify', description, state } }])
    return reply({})
  },
}

const collModFields = new Set([
  'index',
  'validator',
  'validationLevel',
  'validationAction',
  'changeStreamPreAndPostImages',
])

// an index may be hidden from the planner: it finds the same documents without
function checkIndexChange(index: BsonDocument): void {
  for (const field of index.keys()) {
    if (!['name', 'keyPattern', 'hidden'].includes(field)) {
      throw new CommandError(
        'CommandNotSupported',
        `collMod of an index's ${field} is not supported by the embedded engine`,
      )
    }
  }
}
