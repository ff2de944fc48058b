import type { Code, DBRef } from 'bson'
import type { BsonClass } from '../bson-type.ts'
import { bsonClassOf } from '../bson-type.ts'

/** A decoded document. */
export type Doc = Readonly<Record<string, unknown>>

/** What a path leads to when there is nothing. */
export const MISSING: unique symbol = Symbol('missing')

/** BSON type names, as `$type` takes them. @see https://www.mongodb.com/docs/manual/reference/bson-types/ */
export type TypeName = keyof typeof TYPE_CODES

/** Type names with their numbers in BSON, which `$type` takes as well. */
export const TYPE_CODES = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const

/** The types of `bson`'s classes. A DBRef is a document of which the reader of Extended JSON made an object. */
const CLASS_TYPES: Readonly<Record<BsonClass, TypeName>> = {
  Binary: 'binData',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  Code: 'javascript',
  DBRef: 'object',
  Decimal128: 'decimal',
  Double: 'double',
  Int32: 'int',
  Long: 'long',
  MaxKey: 'maxKey',
  MinKey: 'minKey',
  ObjectId: 'objectId',
  Timestamp: 'timestamp',
}

/** The BSON type of a decoded value; {@link MISSING} counts as `undefined`, as it does where a server compares. */
export function typeOf(value: unknown): TypeName {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'double'
    case 'bigint':
      return 'long'
    case 'boolean':
      return 'bool'
    case 'object':
      break
    default:
      return 'undefined'
  }
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  const bsonClass = bsonClassOf(value)
  if (bsonClass === undefined) return 'object'
  // the class says so
  if (bsonClass === 'Code' && (value as Code).scope) return 'javascriptWithScope'
  return CLASS_TYPES[bsonClass]
}

/** The fields of a document; also of a DBRef, which the reader of Extended JSON makes of those with `$ref` and `$id`. */
export function fieldsOf(value: unknown): Doc | undefined {
  if (bsonClassOf(value) === 'DBRef') {
    // the class says so
    const { collection, oid, db, fields } = value as DBRef
    return { $ref: collection, $id: oid, ...(db ? { $db: db } : {}), ...fields }
  }
  // of the type 'object' are only plain objects besides
  return typeOf(value) === 'object' ? (value as Doc) : undefined
}
