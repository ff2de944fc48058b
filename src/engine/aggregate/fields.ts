import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'

/** A copy of a document with a value at a path; what is no document on the way becomes one. */
export function setAt(document: BsonDocument, [part = '', ...rest]: readonly string[], value: BsonValue): BsonDocument {
  const inner = document.get(part)
  const next = rest.length === 0 ? value : setAt(isDocument(inner) ? inner : new Map(), rest, value)
  return new Map(document).set(part, next)
}

/** A copy of a document without what is at a path. */
export function removeAt(document: BsonDocument, [part = '', ...rest]: readonly string[]): BsonDocument {
  const changed = new Map(document)
  const inner = document.get(part)
  if (rest.length === 0) changed.delete(part)
  else if (isDocument(inner)) changed.set(part, removeAt(inner, rest))
  return changed
}

/** The value at a path, through documents only: unlike expressions, this does not look into arrays on the way. */
export function valueAtPath(document: BsonDocument, path: readonly string[]): BsonValue | undefined {
  let value: BsonValue | undefined = document
  for (const part of path) value = isDocument(value) ? value.get(part) : undefined
  return value
}
