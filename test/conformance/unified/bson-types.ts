import { BSON, Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb'

/** A number of whatever class as one that can be compared; undefined for what is no number. */
export function toComparable(value: unknown): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Int32 || value instanceof Double) return value.valueOf()
  // Timestamp extends Long
  if (value instanceof Long && !(value instanceof Timestamp)) return value.toBigInt()
  return undefined
}

/**
 * The BSON types, by their names of `$type`, that a value may have had on the wire. The driver makes one JavaScript
 * number of doubles, ints and longs, so a number may have had several.
 */
export function bsonTypesOf(value: unknown): readonly string[] {
  if (value === null) return ['null']
  switch (typeof value) {
    case 'string':
      return ['string']
    case 'boolean':
      return ['bool']
    case 'bigint':
      return ['long']
    case 'number':
      if (!Number.isInteger(value)) return ['double']
      return Math.abs(value) <= 0x7fff_ffff ? ['int', 'long', 'double'] : ['long', 'double']
    case 'object':
      return [objectTypeOf(value)]
    default:
      return []
  }
}

function objectTypeOf(value: object): string {
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof RegExp || value instanceof BSON.BSONRegExp) return 'regex'
  if (value instanceof ObjectId) return 'objectId'
  if (value instanceof Binary) return 'binData'
  if (value instanceof Timestamp) return 'timestamp'
  if (value instanceof Int32) return 'int'
  if (value instanceof Long) return 'long'
  if (value instanceof Double) return 'double'
  if (value instanceof Decimal128) return 'decimal'
  if (value instanceof BSON.MinKey) return 'minKey'
  if (value instanceof BSON.MaxKey) return 'maxKey'
  return 'object'
}

/** Whether a value is a document: an object that is neither an array nor a scalar of BSON. */
export function isDocument(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && objectTypeOf(value) === 'object'
}
