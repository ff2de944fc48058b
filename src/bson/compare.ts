import { countText, countWork } from './work-budget.ts'
import { compareNumbers } from './numbers/numbers.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  isDocument,
  isNumber,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  WideDate,
  type BsonDocument,
  type BsonNumber,
  type BsonValue,
} from './values.ts'

/**
 * The rank of a value's type in BSON's comparison order. Types of one rank compare by value: all numbers, strings with
 * symbols.
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
export function typeRank(value: BsonValue): number {
  if (typeof value === 'string') return 15
  if (isNumber(value)) return 10
  if (value instanceof BSONSymbol) return 15
  if (value === null) return 5
  if (isDocument(value)) return 20
  if (Array.isArray(value)) return 25
  if (value instanceof Binary) return 30
  if (value instanceof ObjectId) return 35
  if (typeof value === 'boolean') return 40
  if (value instanceof Date || value instanceof WideDate) return 45
  if (value instanceof Timestamp) return 47
  if (value instanceof BSONRegExp) return 50
  if (value instanceof DbPointer) return 55
  if (value instanceof Code) return 60
  if (value instanceof CodeWithScope) return 65
  if (value instanceof MinKey) return -1
  if (value instanceof MaxKey) return 127
  return 0
}

/**
 * Orders any two values as the server does: by type first, then by value. Documents compare field by field, arrays
 * element by element. **Cost** may grow exponentially with the depth of a value whose parts are shared.
 * @returns a negative number, zero or a positive number
 */
export function compareValues(a: BsonValue, b: BsonValue): number {
  if (a === b) return 0
  const rank = typeRank(a)
  const byType = rank - typeRank(b)
  return byType !== 0 ? byType : compareSameRank(rank, a, b)
}

/** Whether two values are equal in BSON's order: `1` equals `1.0`, and field order counts. */
export function isEqual(a: BsonValue, b: BsonValue): boolean {
  return compareValues(a, b) === 0
}

/** Orders strings as the server does: by their UTF-8 bytes, which is by code point. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = length > CHUNK ? equalChunks(a, b, length) : 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    // surrogates stand for code points above all others, although their units do not
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? surrogatesLast(x) - surrogatesLast(y) : x - y
  }
  return a.length - b.length
}

/** Characters that are compared at once in strings that are longer. */
const CHUNK = 256

// comparing substrings is many times faster than looking at each character
function equalChunks(a: string, b: string, length: number): number {
  let at = 0
  while (at + CHUNK <= length && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) {
    countWork()
    at += CHUNK
  }
  return at
}

function surrogatesLast(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

function stringOf(value: BsonValue): string {
  return value instanceof BSONSymbol ? value.value : (value as string)
}

// the two values have the same rank, so each branch knows both types
function compareSameRank(rank: number, a: BsonValue, b: BsonValue): number {
  switch (rank) {
    case 10:
      return compareNumbers(a as BsonNumber, b as BsonNumber)
    case 15:
      return compareStrings(stringOf(a), stringOf(b))
    case 20:
      return compareDocuments(a as BsonDocument, b as BsonDocument)
    case 25:
      return compareArrays(a as BsonValue[], b as BsonValue[])
    case 30:
      return compareBinaries(a as Binary, b as Binary)
    case 35:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case 40:
      return Number(a) - Number(b)
    case 45:
      return compareDates(a as Date | WideDate, b as Date | WideDate)
    case 47:
      return compareTimestamps(a as Timestamp, b as Timestamp)
    case 50:
      return (
        compareStrings((a as BSONRegExp).pattern, (b as BSONRegExp).pattern) ||
        compareStrings((a as BSONRegExp).options, (b as BSONRegExp).options)
      )
    case 55:
      return (
        compareStrings((a as DbPointer).namespace, (b as DbPointer).namespace) ||
        Buffer.compare((a as DbPointer).id.id, (b as DbPointer).id.id)
      )
    case 60:
      return compareStrings(String((a as Code).code), String((b as Code).code))
    case 65:
      return (
        compareStrings((a as CodeWithScope).code, (b as CodeWithScope).code) ||
        compareDocuments((a as CodeWithScope).scope, (b as CodeWithScope).scope)
      )
    default:
      // null, MinKey, MaxKey and undefined have one value each
      return 0
  }
}

function compareDocuments(a: BsonDocument, b: BsonDocument): number {
  countWork()
  const right = b.entries()
  for (const [nameA, valueA] of a) {
    const next = right.next()
    if (next.done) return 1
    const [nameB, valueB] = next.value
    // the server compares the type before the name, and the name before the value
    const order = typeRank(valueA) - typeRank(valueB) || compareStrings(nameA, nameB) || compareValues(valueA, valueB)
    if (order !== 0) return order
  }
  return a.size - b.size
}

function compareArrays(a: readonly BsonValue[], b: readonly BsonValue[]): number {
  countWork()
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    countWork()
    const order = compareValues(a[i] as BsonValue, b[i] as BsonValue)
    if (order !== 0) return order
  }
  return a.length - b.length
}

function compareBinaries(a: Binary, b: Binary): number {
  countText({ length: Math.min(a.position, b.position) })
  return a.position - b.position || a.sub_type - b.sub_type || Buffer.compare(bytesOf(a), bytesOf(b))
}

function bytesOf(value: Binary): Uint8Array {
  return value.buffer.subarray(0, value.position)
}

function compareDates(a: Date | WideDate, b: Date | WideDate): number {
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  const [x, y] = [a, b].map((date) => (date instanceof Date ? BigInt(date.getTime()) : date.ms)) as [bigint, bigint]
  return x < y ? -1 : x > y ? 1 : 0
}

/** Orders timestamps by seconds, then by ordinal. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.t - b.t || a.i - b.i
}
