import { EJSON } from 'bson'
import { encodeDocument } from '../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../src/bson/codec/lazy-document.ts'
import {
  Decimal128,
  Double,
  Int32,
  isDocument,
  Long,
  Timestamp,
  type BsonDocument,
  type BsonValue,
} from '../../src/bson/values.ts'

/** A value of a plain one: whole numbers become ints where they can, other numbers doubles; what is BSON stays. */
export function toBson(value: unknown): BsonValue {
  if (typeof value === 'number') {
    return (value | 0) === value && !Object.is(value, -0) ? new Int32(value) : new Double(value)
  }
  if (Array.isArray(value)) return value.map(toBson)
  if (value instanceof Map) return new Map([...value].map(([name, item]) => [String(name), toBson(item)]))
  // whatever else a test puts there is a value of BSON
  return isPlain(value) ? documentOf(value) : (value as BsonValue)
}

/** A document of a plain object, own keys such as `__proto__` included. @see toBson */
export function documentOf(plain: object): BsonDocument {
  const document: BsonDocument = new Map()
  // a loop takes less of the stack, where a test nests thousands
  for (const [name, value] of Object.entries(plain)) document.set(name, toBson(value))
  return document
}

/** {@link documentOf}, as its bytes. */
export function lazyOf(plain: object): LazyDocument {
  return new LazyDocument(encodeDocument(documentOf(plain)))
}

/** A document as a plain object, with numbers of JavaScript. */
export function plainOf(document: BsonDocument): Record<string, unknown> {
  return Object.fromEntries([...document].map(([name, value]) => [name, plainValueOf(value)]))
}

/** A value of canonical Extended JSON, as recordings hold it. */
export function fromCanonical(json: unknown): BsonValue {
  if (Array.isArray(json)) return json.map(fromCanonical)
  if (!isPlain(json)) return toBson(json)
  // the operator of that name, which EJSON takes for an old form of a regular expression
  const value: unknown = '$regex' in json ? json : EJSON.deserialize(json, { relaxed: false })
  return isPlain(value)
    ? new Map(Object.entries(json).map(([name, item]) => [name, fromCanonical(item)]))
    : toBson(value)
}

/** A value as text that keeps types and field order, to compare with: ints are bare, doubles have a point. */
export function show(value: BsonValue | undefined): string {
  if (value === undefined) return 'missing'
  if (isDocument(value)) return `{${[...value].map(([name, item]) => `${name}: ${show(item)}`).join(', ')}}`
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

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function plainValueOf(value: BsonValue): unknown {
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (Array.isArray(value)) return value.map(plainValueOf)
  return isDocument(value) ? plainOf(value) : value
}
