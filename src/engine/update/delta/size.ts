import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Decimal128,
  Int32,
  isDocument,
  MaxKey,
  MinKey,
  ObjectId,
  Undefined,
  type BsonArray,
  type BsonDocument,
  type BsonValue,
} from '../../../bson/values.ts'

/** How many bytes a document takes in BSON. Cost: one pass, without encoding. */
export function documentBytes(document: BsonDocument): number {
  let bytes = 5
  for (const [name, value] of document) bytes += elementBytes(name, valueBytes(value))
  return bytes
}

/** How many bytes an array takes in BSON. */
export function arrayBytes(array: BsonArray): number {
  let bytes = 5
  for (const [index, value] of array.entries()) bytes += elementBytes(String(index), valueBytes(value))
  return bytes
}

/** How many bytes an element takes: type, name and value. */
export function elementBytes(name: string, valueSize: number): number {
  return 2 + Buffer.byteLength(name) + valueSize
}

/** How many bytes a value takes, without type and name. */
export function valueBytes(value: BsonValue): number {
  if (typeof value === 'string') return stringBytes(value)
  if (value === null || value instanceof Undefined || value instanceof MinKey || value instanceof MaxKey) return 0
  if (typeof value === 'boolean') return 1
  if (isDocument(value)) return documentBytes(value)
  if (Array.isArray(value)) return arrayBytes(value)
  if (value instanceof Int32) return 4
  if (value instanceof ObjectId) return 12
  if (value instanceof Decimal128) return 16
  if (value instanceof Binary) return 5 + value.position
  if (value instanceof BSONRegExp) return Buffer.byteLength(value.pattern) + Buffer.byteLength(value.options) + 2
  if (value instanceof BSONSymbol) return stringBytes(value.value)
  if (value instanceof Code) return stringBytes(String(value.code))
  if (value instanceof CodeWithScope) return 4 + stringBytes(value.code) + documentBytes(value.scope)
  if (value instanceof DbPointer) return stringBytes(value.namespace) + 12
  // doubles, longs, dates and timestamps
  return 8
}

function stringBytes(text: string): number {
  return 5 + Buffer.byteLength(text)
}
