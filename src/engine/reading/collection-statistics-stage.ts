import { doc, Int32, isDocument, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { sizeValue, describeSizes } from '../storage/collection.ts'
import type { CommandContext } from '../request/command.ts'
import { refuseView } from './source.ts'

/**
 * The one document that a leading `$collStats` gives.
 * @throws CommandError NamespaceNotFound, BadValue for an option that is not known
 * @see https://www.mongodb.com/docs/manual/reference/operator/aggregation/collStats/
 */
export function collectionStatistics({ server, db }: CommandContext, coll: string, spec: BsonValue): BsonDocument {
  if (!isDocument(spec)) throw new CommandError(5447000, '$collStats must take a nested object')
  const collection = server.store.get(db, coll, `Collection [${db}.${coll}] not found.`)
  refuseView(collection)
  const document = doc({ ns: collection.namespace, host: server.topology.address, localTime: new Date(server.now()) })
  for (const [option, value] of spec) {
    if (option === 'count') document.set('count', sizeValue(collection.count))
    else if (option === 'storageStats') document.set('storageStats', describeSizes(collection, scaleOf(value)))
    else if (option === 'latencyStats') document.set('latencyStats', noLatency())
    else
      throw new CommandError(
        40415,
        `BSON field '$collStats.${option}' is an unknown field, or not supported by the embedded engine.`,
      )
  }
  return document
}

function scaleOf(storageStats: BsonValue): number {
  const scale = isDocument(storageStats) ? storageStats.get('scale') : undefined
  return isNumber(scale) && toNumber(scale) >= 1 ? toNumber(scale) : 1
}

// not measured
function noLatency(): BsonDocument {
  const none = () => doc({ latency: new Int32(0), ops: new Int32(0), queryableEncryptionLatencyMicros: new Int32(0) })
  return doc({ reads: none(), writes: none(), commands: none(), transactions: none() })
}
