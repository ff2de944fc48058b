import type { Binary, BSONRegExp, Code, ObjectId, Timestamp } from 'bson'
import type { Numeric } from './numbers.ts'
import { compareNumeric, toNumeric } from './numbers.ts'
import type { Doc, TypeName } from './values.ts'
import { fieldsOf, typeOf } from './values.ts'

/**
 * Where values of a type stand in MongoDB's comparison order. Types with the same rank compare by value.
 *
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const RANKS: Readonly<Record<TypeName, number>> = {
  minKey: -1,
  undefined: 0,
  null: 5,
  int: 10,
  long: 10,
  double: 10,
  decimal: 10,
  string: 15,
  symbol: 15,
  object: 20,
  array: 25,
  binData: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  javascript: 60,
  javascriptWithScope: 65,
  maxKey: 127,
}

/** The rank of a value's type; operators such as `$gt` compare only values of one rank. */
export function rankOf(value: unknown): number {
  return RANKS[typeOf(value)]
}

/** Orders two decoded BSON values as MongoDB does: negative, zero or positive. Numbers compare exactly across types. */
export function compareValues(a: unknown, b: unknown): number {
  const byRank = rankOf(a) - rankOf(b)
  return byRank === 0 ? compareSameRank(a, b) : byRank
}

// the casts below follow from the type name, which is made from the value's class
function compareSameRank(a: unknown, b: unknown): number {
  switch (typeOf(a)) {
    case 'int':
    case 'long':
    case 'double':
    case 'decimal':
      return compareNumeric(toNumeric(a) as Numeric, toNumeric(b) as Numeric)
    case 'string':
    case 'symbol':
      return compareStrings(String(a), String(b))
    case 'object':
      return compareDocuments(fieldsOf(a) as Doc, fieldsOf(b) as Doc)
    case 'array':
      return compareLists(a as unknown[], b as unknown[])
    case 'binData':
      return compareBinary(a as Binary, b as Binary)
    case 'objectId':
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id)
    case 'bool':
      return Number(a) - Number(b)
    case 'date':
      return (a as Date).getTime() - (b as Date).getTime()
    case 'timestamp':
      return compareNumeric((a as Timestamp).toBigInt(), (b as Timestamp).toBigInt())
    case 'regex':
      return compareRegex(a as BSONRegExp, b as BSONRegExp)
    case 'javascript':
    case 'javascriptWithScope':
      return compareCode(a as Code, b as Code)
    case 'minKey':
    case 'maxKey':
    case 'null':
    case 'undefined':
      return 0
  }
}

// by bytes of UTF-8, which differs from UTF-16 order beyond the basic plane
function compareStrings(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  const common = Math.min(a.length, b.length)
  for (let index = 0; index < common; index++) {
    const order = compareValues(a[index], b[index])
    if (order !== 0) return order
  }
  return a.length - b.length
}

// field by field in order: type, then name, then value
function compareDocuments(a: Doc, b: Doc): number {
  const left = Object.entries(a)
  const right = Object.entries(b)
  for (const [index, [name, value]] of left.entries()) {
    const other = right[index]
    if (!other) return 1
    const order = rankOf(value) - rankOf(other[1]) || compareStrings(name, other[0]) || compareValues(value, other[1])
    if (order !== 0) return order
  }
  return left.length - right.length
}

function compareBinary(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value())
}

function compareRegex(a: BSONRegExp, b: BSONRegExp): number {
  return compareStrings(a.pattern, b.pattern) || compareStrings(a.options, b.options)
}

function compareCode(a: Code, b: Code): number {
  return compareStrings(a.code, b.code) || compareDocuments(a.scope ?? {}, b.scope ?? {})
}
