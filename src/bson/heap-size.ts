import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Double,
  Int32,
  isDocument,
  Long,
  type BsonDocument,
  type BsonValue,
} from './values.ts'

/** What each takes by itself, in bytes; measured, and rounded up. */
const PLACE = 8
const STRING = 32
const CHARACTER = 2
const ARRAY = 48
const DOCUMENT = 192
const FIELD = 48
/** A number, a date, an id and all else that is an object of its own, with what it may hold of fixed length. */
const OBJECT = 224
const NUMBER = 48

/**
 * About how much memory a value takes as it is decoded, in bytes; hardly ever less. **Cost**: one walk over it.
 */
export function heapSizeOf(value: BsonValue): number {
  if (value === null || typeof value === 'boolean') return PLACE
  if (typeof value === 'string') return PLACE + ofText(value)
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + heapSizeOf(item), PLACE + ARRAY)
  return isDocument(value) ? PLACE + ofDocument(value) : PLACE + ofObject(value)
}

function ofDocument(document: BsonDocument): number {
  let sum = DOCUMENT
  for (const [name, value] of document) sum += FIELD + ofText(name) + heapSizeOf(value)
  return sum
}

function ofText(text: string): number {
  return STRING + CHARACTER * text.length
}

function ofObject(value: BsonValue): number {
  if (value instanceof Int32 || value instanceof Double || value instanceof Long) return NUMBER
  if (value instanceof Binary) return OBJECT + value.buffer.length
  if (value instanceof BSONSymbol) return OBJECT + ofText(value.value)
  if (value instanceof Code) return OBJECT + ofText(String(value.code))
  if (value instanceof CodeWithScope) return OBJECT + ofText(value.code) + ofDocument(value.scope)
  if (value instanceof BSONRegExp) return OBJECT + ofText(value.pattern)
  if (value instanceof DbPointer) return OBJECT + ofText(value.namespace)
  return OBJECT
}
