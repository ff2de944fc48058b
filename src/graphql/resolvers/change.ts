import type { Timestamp } from 'bson'
import { bsonClassOf } from '../../changes/bson-type.ts'
import { toEjson } from '../../changes/ejson.ts'
import { toTimestampEjson } from '../../changes/timestamp.ts'
import type { ChangeModel } from '../change-model.ts'
import type { ChangeResolvers, Namespace, UpdateDescription } from '../schema.generated.ts'

/** Resolves the fields of a change event. Only what is asked for is converted. */
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
  json: ({ change, format }) => toEjson(change.event, format),
}

function ejsonField({ change, format }: ChangeModel, field: string): unknown {
  const value = change.event[field]
  return isPresent(value) ? toEjson(value, format) : null
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

function updateDescriptionOrNull({ change, format }: ChangeModel): UpdateDescription | null {
  const description = change.event['updateDescription']
  if (!isRecord(description)) return null
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = description
  return {
    updatedFields: isPresent(updatedFields) ? toEjson(updatedFields, format) : null,
    removedFields: Array.isArray(removedFields) ? removedFields.map(String) : null,
    truncatedArrays: Array.isArray(truncatedArrays) ? truncatedArrays.filter(isRecord).map(toTruncatedArray) : null,
    disambiguatedPaths: isPresent(disambiguatedPaths) ? toEjson(disambiguatedPaths, format) : null,
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
