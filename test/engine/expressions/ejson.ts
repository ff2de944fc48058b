import { EJSON } from 'bson'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  Undefined,
  type BsonDocument,
  type BsonValue,
} from '../../../src/bson/values.ts'

const SCALARS = [
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  Undefined,
  Date,
]

/** A BSON value of a plain one: whole numbers become ints, other numbers doubles; BSON classes and dates stay. */
export function bson(value: unknown): BsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31 && !Object.is(value, -0)
      ? new Int32(value)
      : new Double(value)
  }
  if (Array.isArray(value)) return value.map(bson)
  if (value instanceof Map) return new Map([...value].map(([name, item]) => [String(name), bson(item)]))
  if (SCALARS.some((type) => value instanceof type)) return value as BsonValue
  return new Map(Object.entries(value as object).map(([name, item]) => [name, bson(item)]))
}

/** A BSON document of a plain object. */
export function document(fields: Record<string, unknown>): BsonDocument {
  return bson(fields) as BsonDocument
}

/** A BSON value of canonical Extended JSON, as recordings hold it. */
export function fromCanonical(json: unknown): BsonValue {
  if (Array.isArray(json)) return json.map(fromCanonical)
  if (typeof json !== 'object' || json === null) return bson(json)
  // the operator of that name, which EJSON takes for an old form of a regular expression
  const value: unknown = '$regex' in json ? json : EJSON.deserialize(json, { relaxed: false })
  const isDocument = typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype
  if (!isDocument) return bson(value)
  return new Map(Object.entries(json).map(([name, item]) => [name, fromCanonical(item)]))
}

/** A value as text that keeps types and field order, to compare with: ints are bare, doubles have a point. */
export function show(value: BsonValue | undefined): string {
  if (value === undefined) return 'missing'
  if (value instanceof Map) return `{${[...value].map(([name, item]) => `${name}: ${show(item)}`).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (value instanceof Int32) return String(value.value)
  if (value instanceof Double) return showDouble(value.value)
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`
  if (value instanceof Long) return `${value.toString()}L`
  if (value instanceof Decimal128) return `${value.toString()}m`
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'string' ? JSON.stringify(value) : EJSON.stringify(value, { relaxed: false })
}

function showDouble(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value)
}
