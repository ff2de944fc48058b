import { compareValues, typeRank } from '../../bson/compare.ts'
import {
  Decimal128,
  Double,
  isDocument,
  isNumber,
  typeName,
  type BsonArray,
  type BsonDocument,
  type BsonValue,
} from '../../bson/values.ts'

/**
 * Whether two values are the same to the last bit: same types, same field order, `0` apart from `-0`. What the server
 * calls binary equal, and takes for "nothing changed".
 */
export function isIdentical(a: BsonValue, b: BsonValue): boolean {
  if (a === b) return true
  if (typeRank(a) !== typeRank(b)) return false
  if (isDocument(a)) return isDocument(b) && sameDocuments(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && sameArrays(a, b)
  if (isNumber(a)) return isNumber(b) && sameNumbers(a, b)
  return typeName(a) === typeName(b) && compareValues(a, b) === 0
}

function sameDocuments(a: BsonDocument, b: BsonDocument): boolean {
  if (a.size !== b.size) return false
  const right = b.entries()
  for (const [name, value] of a) {
    const next = right.next()
    if (next.done || next.value[0] !== name || !isIdentical(value, next.value[1])) return false
  }
  return true
}

function sameArrays(a: BsonArray, b: BsonArray): boolean {
  return a.length === b.length && a.every((value, index) => isIdentical(value, b[index] as BsonValue))
}

function sameNumbers(a: BsonValue, b: BsonValue): boolean {
  if (a instanceof Double) return b instanceof Double && Object.is(a.value, b.value)
  if (a instanceof Decimal128) return b instanceof Decimal128 && Buffer.compare(a.bytes, b.bytes) === 0
  return typeName(a) === typeName(b) && compareValues(a, b) === 0
}
