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
} from 'bson'

export { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp }

/**
 * A document as the engine handles it: a map in field order. A plain object would move integer-like keys to the front
 * and lose `__proto__`, and `bson` takes a user's `_bsontype` or `toBSON` field for its own.
 * Documents are never changed once stored or handed on: copy, then change the copy.
 */
export type BsonDocument = Map<string, BsonValue>

/** A value of any BSON type; every numeric type keeps its own class. */
export type BsonValue =
  | null
  | boolean
  | string
  | Date
  | Int32
  | Double
  | Long
  | Decimal128
  | ObjectId
  | Binary
  | Timestamp
  | BSONRegExp
  | BSONSymbol
  | Code
  | CodeWithScope
  | DbPointer
  | MinKey
  | MaxKey
  | Undefined
  | WideDate
  | BsonArray
  | BsonDocument

/** An array of BSON values. */
export type BsonArray = BsonValue[]

/** The deprecated type 6. Old clients still store it. */
export class Undefined {
  readonly kind = 'undefined'
}

/** The one {@link Undefined}. */
export const UNDEFINED = new Undefined()

/** The deprecated type 12: a reference by namespace and id. */
export class DbPointer {
  readonly namespace: string
  readonly id: ObjectId

  constructor(namespace: string, id: ObjectId) {
    this.namespace = namespace
    this.id = id
  }
}

/** The deprecated type 15: code with its variables. */
export class CodeWithScope {
  readonly code: string
  readonly scope: BsonDocument

  constructor(code: string, scope: BsonDocument) {
    this.code = code
    this.scope = scope
  }
}

/** A date outside the range of a JavaScript `Date` (±8.64e15 ms). */
export class WideDate {
  readonly ms: bigint

  constructor(ms: bigint) {
    this.ms = ms
  }
}

/** Whether a value is a document (and not an array or a BSON scalar). */
export function isDocument(value: unknown): value is BsonDocument {
  return value instanceof Map
}

/** A value of one of the four numeric types. */
export type BsonNumber = Int32 | Double | Long | Decimal128

/** Whether a value is of a numeric type. */
export function isNumber(value: unknown): value is BsonNumber {
  // Timestamp extends Long
  return (
    value instanceof Int32 ||
    value instanceof Double ||
    (value instanceof Long && !(value instanceof Timestamp)) ||
    value instanceof Decimal128
  )
}

/**
 * The value as a JavaScript number, for what is small by nature (limits, flags, array positions); may lose precision.
 */
export function toNumber(value: BsonNumber): number {
  if (value instanceof Int32 || value instanceof Double) return value.value
  return value instanceof Long ? value.toNumber() : Number(value.toString())
}

/** Builds a document from its fields, in their order: `doc({ ok: new Double(1) })`. Skips `undefined`. */
export function doc(fields: Readonly<Record<string, BsonValue | undefined>>): BsonDocument {
  const document: BsonDocument = new Map()
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) document.set(name, value)
  return document
}

/** The name of a value's type as the server spells it in messages and as `$type` takes it. */
export function typeName(value: BsonValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return 'array'
  if (isDocument(value)) return 'object'
  if (value instanceof Int32) return 'int'
  if (value instanceof Double) return 'double'
  // Timestamp extends Long
  if (value instanceof Timestamp) return 'timestamp'
  if (value instanceof Long) return 'long'
  if (value instanceof Decimal128) return 'decimal'
  if (value instanceof Date || value instanceof WideDate) return 'date'
  if (value instanceof ObjectId) return 'objectId'
  if (value instanceof Binary) return 'binData'
  if (value instanceof BSONRegExp) return 'regex'
  if (value instanceof BSONSymbol) return 'symbol'
  if (value instanceof Code) return 'javascript'
  if (value instanceof CodeWithScope) return 'javascriptWithScope'
  if (value instanceof DbPointer) return 'dbPointer'
  if (value instanceof MinKey) return 'minKey'
  if (value instanceof MaxKey) return 'maxKey'
  return 'undefined'
}
