import { Int32, type BsonDocument } from '../../bson/values.ts'
import { sizeValue } from '../storage/collection.ts'
import { commandFields, type Command } from '../request/command.ts'
import { collectionName } from '../request/parameters/namespace.ts'
import { reply } from '../request/reply.ts'
import { refuseView } from '../reading/source.ts'

/** Checks every document of a collection against its validator. */
export const validate: Command = {
  name: 'validate',
  fields: commandFields({
    flag: ['full'],
    any: ['repair', 'metadata', 'checkBSONConformance', 'background'],
  }),
  run(context) {
    const { server, db, view } = context
    const name = collectionName(context)
    const collection = server.store.get(db, name, `Collection '${db}.${name}' does not exist to validate.`)
    refuseView(collection)
    const { validator } = collection.options
    let invalid = 0
    for (const stored of view.all(collection)) if (validator && !validator.filter.matches(stored.document)) invalid++
    const keysPerIndex: BsonDocument = new Map(
      ['_id_', ...collection.indexes.map((index) => index.spec.name)].map((index) => [
        index,
        sizeValue(collection.count),
      ]),
    )
    return reply({
      ns: collection.namespace,
      uuid: collection.uuidValue,
      nInvalidDocuments: new Int32(0),
      nNonCompliantDocuments: sizeValue(invalid),
      nrecords: sizeValue(collection.count),
      nIndexes: new Int32(collection.indexes.length + 1),
      keysPerIndex,
      valid: true,
      repaired: false,
      warnings: invalid > 0 ? [`Detected ${invalid} documents not compliant with the collection's schema.`] : [],
      errors: [],
      extraIndexEntries: [],
      missingIndexEntries: [],
    })
  },
}
