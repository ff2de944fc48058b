import { encodeDocument } from '../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../src/bson/codec/lazy-document.ts'
import { Double, Int32, isDocument, type BsonDocument, type BsonValue } from '../../src/bson/values.ts'

/** A document of a plain object, own keys such as `__proto__` included: whole numbers become Int32, others Double. */
export function documentOf(plain: object): BsonDocument {
  return new Map(Object.entries(plain).map(([name, value]) => [name, valueOf(value)]))
}

/** {@link documentOf}, as its bytes. */
export function lazyOf(plain: object): LazyDocument {
  return new LazyDocument(encodeDocument(documentOf(plain)))
}

/** A document as a plain object, with numbers of JavaScript. */
export function plainOf(document: BsonDocument): Record<string, unknown> {
  return Object.fromEntries([...document].map(([name, value]) => [name, plainValueOf(value)]))
}

function valueOf(value: unknown): BsonValue {
  if (typeof value === 'number') return Number.isInteger(value) ? new Int32(value) : new Double(value)
  if (Array.isArray(value)) return value.map(valueOf)
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  // whatever else a test puts there is a value of BSON
  return isPlain ? documentOf(value) : (value as BsonValue)
}

function plainValueOf(value: BsonValue): unknown {
  if (value instanceof Int32 || value instanceof Double) return value.value
  if (Array.isArray(value)) return value.map(plainValueOf)
  return isDocument(value) ? plainOf(value) : value
}
