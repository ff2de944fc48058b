import type { Timestamp } from 'bson'
import { bsonClassOf } from '../../changes/bson-type.ts'
import { toTimestampEjson } from '../../changes/timestamp.ts'
import type { ChangeModel } from '../change-model.ts'
import type { ChangeResolvers, Namespace, UpdateDescription } from '../schema.generated.ts'

/** Resolves the fields of a change event. Only what is asked for is converted, and that once. */
export const changeResolvers: ChangeResolvers = {
  resumeToken: ({ change }) => change.resumeToken,
  operationType: ({ change }) => change.event.operationType,
  clusterTime: ({ change }) => timestampOrNull(change.event['clusterTime']),
  wallTime: ({ change }) => dateOrNull(change.event['wallTime']),
  ns: ({ change }) => namespaceOrNull(change.event['ns']),
  to: ({ change }) => namespaceOrNull(change.event['to']),
  documentKey: (model) => ejsonField(model, 'documentKey'),
  fullDocument: (model) => ejsonField(model, 'fullDocument'),
  fullDocumentBeforeChange: (model) => ejsonField(model, 'fullDocumentBeforeChange'),
  updateDescription: (model) => updateDescriptionOrNull(model),
  txnNumber: ({ change }) => (isPresent(change.event['txnNumber']) ? String(change.event['txnNumber']) : null),
  lsid: (model) => ejsonField(model, 'lsid'),
  operationDescription: (model) => ejsonField(model, 'operationDescription'),
  json: (model) => model.ejson(model.change.event),
}

function ejsonField(model: ChangeModel, field: string): unknown {
  return ejsonOrNull(model, model.change.event[field])
}

function ejsonOrNull(model: ChangeModel, value: unknown): unknown {
  return isPresent(value) ? model.ejson(value) : null
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
  const description = model.change.event['updateDescription']
  if (!isRecord(description)) return null
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = description
  return {
    updatedFields: ejsonOrNull(model, updatedFields),
    removedFields: Array.isArray(removedFields) ? removedFields.map(String) : null,
    truncatedArrays: Array.isArray(truncatedArrays) ? truncatedArrays.filter(isRecord).map(toTruncatedArray) : null,
    disambiguatedPaths: ejsonOrNull(model, disambiguatedPaths),
  }
}

function toTruncatedArray(entry: Record<string, unknown>): { field: string; newSize: number } {
  return { field: String(entry['field']), newSize: Number(entry['newSize']) }
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
