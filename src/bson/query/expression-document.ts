import { isDocument, type BsonDocument, type BsonValue } from '../values.ts'

const REFERENCE_NAMES = new Set(['$ref', '$id', '$db'])

/** Whether a document holds operators (its first name starts with `$`) and is not a reference such as `{$ref, $id}`. */
export function isExpression(document: BsonDocument): boolean {
  const first = document.keys().next()
  if (first.done || !first.value.startsWith('$')) return false
  return !REFERENCE_NAMES.has(first.value)
}

/** Whether a value is a document that holds operators. */
export function isExpressionValue(value: BsonValue): value is BsonDocument {
  return isDocument(value) && isExpression(value)
}
