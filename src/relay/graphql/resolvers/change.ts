import { isDocument, isNumber, Timestamp, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { toTimestampEjson } from '../../changes/timestamp.ts'
import type { ChangeModel } from '../schema/change-model.ts'
import type { ChangeResolvers, Namespace, UpdateDescription } from '../schema/schema.generated.ts'

/**
 * Resolves the fields of a change event. Only what is asked for is decoded or written as Extended JSON, and that once.
 */
export const changeResolvers: ChangeResolvers = {
  resumeToken: ({ change }) => change.resumeToken,
  // a string in every event
  operationType: (model) => model.field('operationType') as string,
  clusterTime: (model) => timestampOrNull(model.field('clusterTime')),
  wallTime: (model) => dateOrNull(model.field('wallTime')),
  ns: (model) => namespaceOrNull(model.field('ns')),
  to: (model) => namespaceOrNull(model.field('to')),
  documentKey: (model) => model.ejsonField('documentKey'),
  fullDocument: (model) => model.ejsonField('fullDocument'),
  fullDocumentBeforeChange: (model) => model.ejsonField('fullDocumentBeforeChange'),
  updateDescription: (model) => updateDescriptionOrNull(model),
  txnNumber: (model) => numberTextOrNull(model.field('txnNumber')),
  lsid: (model) => model.ejsonField('lsid'),
  operationDescription: (model) => model.ejsonField('operationDescription'),
  collectionUUID: (model) => model.ejsonField('collectionUUID'),
  json: (model) => model.ejson(),
  jsonText: (model) => model.ejson().text,
}

function numberTextOrNull(value: BsonValue | undefined): string | null {
  return isNumber(value) ? value.toString() : null
}

function timestampOrNull(value: BsonValue | undefined): unknown {
  return value instanceof Timestamp ? toTimestampEjson(value) : null
}

// a date that JavaScript cannot hold has no ISO form
function dateOrNull(value: BsonValue | undefined): string | null {
  return value instanceof Date ? value.toISOString() : null
}

function namespaceOrNull(value: BsonValue | undefined): Namespace | null {
  if (!isDocument(value)) return null
  const db = value.get('db')
  const coll = value.get('coll')
  return typeof db === 'string' ? { db, coll: typeof coll === 'string' ? coll : null } : null
}

function updateDescriptionOrNull(model: ChangeModel): UpdateDescription | null {
  if (!model.isDocument('updateDescription')) return null
  const removedFields = model.field('updateDescription', 'removedFields')
  const truncatedArrays = model.field('updateDescription', 'truncatedArrays')
  return {
    updatedFields: model.ejsonField('updateDescription', 'updatedFields'),
    removedFields: Array.isArray(removedFields) ? removedFields.map(String) : null,
    truncatedArrays: Array.isArray(truncatedArrays) ? truncatedArrays.filter(isDocument).map(toTruncatedArray) : null,
    disambiguatedPaths: model.ejsonField('updateDescription', 'disambiguatedPaths'),
  }
}

function toTruncatedArray(entry: BsonDocument): { field: string; newSize: number } {
  const newSize = entry.get('newSize')
  return { field: String(entry.get('field')), newSize: isNumber(newSize) ? toNumber(newSize) : NaN }
}
