import type { Timestamp } from 'bson'
import { bsonClassOf } from '../../changes/bson-type.ts'
import { toTimestampEjson } from '../../changes/timestamp.ts'
import type { ChangeModel } from '../change-model.ts'
import type { ChangeResolvers, Namespace, UpdateDescription } from '../schema.generated.ts'

/** Resolves the fields of a change event. Only what is asked for is decoded or written as Extended JSON, and that once. */
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
  json: (model) => model.ejson(),
}

function numberTextOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value)
}

function timestampOrNull(value: unknown): unknown {
  // the class says so
  return bsonClassOf(value) === 'Timestamp' ? toTimestampEjson(value as Timestamp) : null
}

function dateOrNull(value: unknown): string | null {
  // a date that JavaScript cannot hold would throw
  return value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : null
}

function namespaceOrNull(value: unknown): Namespace | null {
  if (!isRecord(value) || typeof value['db'] !== 'string') return null
  return { db: value['db'], coll: typeof value['coll'] === 'string' ? value['coll'] : null }
}

function updateDescriptionOrNull(model: ChangeModel): UpdateDescription | null {
  if (!model.isDocument('updateDescription')) return null
  const removedFields = model.field('updateDescription', 'removedFields')
  const truncatedArrays = model.field('updateDescription', 'truncatedArrays')
  return {
    updatedFields: model.ejsonField('updateDescription', 'updatedFields'),
    removedFields: Array.isArray(removedFields) ? removedFields.map(String) : null,
    truncatedArrays: Array.isArray(truncatedArrays) ? truncatedArrays.filter(isRecord).map(toTruncatedArray) : null,
    disambiguatedPaths: model.ejsonField('updateDescription', 'disambiguatedPaths'),
  }
}

function toTruncatedArray(entry: Record<string, unknown>): { field: string; newSize: number } {
  return { field: String(entry['field']), newSize: Number(entry['newSize']) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
