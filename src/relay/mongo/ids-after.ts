import type { Document, Filter } from 'mongodb'
import {
  type BsonValue,
  CodeWithScope,
  DbPointer,
  isDocument,
  isNumber,
  toNumber,
  typeName,
  Undefined,
  WideDate,
} from '../../bson/values.ts'

/**
 * The types of an `_id`, in the order that MongoDB sorts them in: those of one group are compared by value.
 *
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const TYPE_GROUPS = [
  ['minKey'],
  ['null', 'undefined'],
  ['int', 'long', 'double', 'decimal'],
  ['string', 'symbol'],
  ['object'],
  ['binData'],
  ['objectId'],
  ['bool'],
  ['date'],
  ['timestamp'],
  ['dbPointer'],
  ['javascript'],
  ['javascriptWithScope'],
  ['maxKey'],
] as const

/** What finds the documents whose `_id` sorts after a value. */
export interface IdFilter {
  readonly filter: Filter<Document>
  /** Whether it finds no others; else it finds all those, too, whose `_id` is of the same group of types. */
  readonly isExact: boolean
}

/** Matches the documents whose `_id` sorts after a value: `$gt` alone finds those of the same group of types. */
export function idsAfter(id: BsonValue): IdFilter {
  const isExact = isWritable(id)
  const group = TYPE_GROUPS.findIndex((names) => (names as readonly string[]).includes(typeName(id)))
  const later = TYPE_GROUPS.slice(isExact ? group + 1 : group).flat()
  const ofLater = later.length > 0 ? [{ _id: { $type: later } }] : []
  // nothing is greater than NaN, and yet all other numbers sort after it
  const isNaN = isNumber(id) && Number.isNaN(toNumber(id))
  const same = { _id: isNaN ? { $gte: -Infinity } : { $gt: id } }
  const filter = { $or: isExact ? [same, ...ofLater] : ofLater } as unknown as Filter<Document>
  return { filter, isExact }
}

/** Whether the driver can write a value: it has no form for types that are deprecated, and none for some dates. */
function isWritable(value: BsonValue): boolean {
  if (Array.isArray(value)) return value.every(isWritable)
  if (isDocument(value)) return [...value.values()].every(isWritable)
  const unwritable = [WideDate, CodeWithScope, DbPointer, Undefined]
  return unwritable.every((type) => !(value instanceof type))
}
