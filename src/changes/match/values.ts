import { Binary, BSONRegExp, BSONSymbol, Code, DBRef, Decimal128, Double, Int32, Long } from 'bson'
import { MaxKey, MinKey, ObjectId, Timestamp } from 'bson'

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

/** Constructors with the type of what they make; a class that is not listed here is a document. */
const CLASSES: ReadonlyMap<unknown, TypeName> = new Map<unknown, TypeName>([
  [Int32, 'int'],
  [Double, 'double'],
  [Long, 'long'],
  [Decimal128, 'decimal'],
  [ObjectId, 'objectId'],
  [Date, 'date'],
  [Timestamp, 'timestamp'],
  [Binary, 'binData'],
  [BSONRegExp, 'regex'],
  [BSONSymbol, 'symbol'],
  [MinKey, 'minKey'],
  [MaxKey, 'maxKey'],
])

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
  if (value instanceof Code) return value.scope ? 'javascriptWithScope' : 'javascript'
  // a document's own key `constructor` must not be taken for one
  return CLASSES.get((Object.getPrototypeOf(value) as { constructor?: unknown } | null)?.constructor) ?? 'object'
}

/** The fields of a document; also of a DBRef, which the decoder makes of documents that have `$ref` and `$id`. */
export function fieldsOf(value: unknown): Doc | undefined {
  if (value instanceof DBRef) {
    return { $ref: value.collection, $id: value.oid, ...(value.db ? { $db: value.db } : {}), ...value.fields }
  }
  // of the type 'object' are only plain objects besides
  return typeOf(value) === 'object' ? (value as Doc) : undefined
}
