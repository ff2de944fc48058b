import { isDocument, type BsonDocument, type BsonValue } from '../values.ts'

/** The fields of a reference to another document. */
export const REFERENCE_NAMES: ReadonlySet<string> = new Set(['$ref', '$id', '$db'])

/** Whether a document holds operators: its first name starts with `$`, and it is no reference with `$ref` and `$id`. */
export function isExpression(document: BsonDocument): boolean {
  return startsWithDollar(document) && !(document.has('$ref') && document.has('$id'))
}

/** Whether a document holds operators and no part of a reference: what `$elemMatch` may ask of values. */
export function isExpressionWithoutReference(document: BsonDocument): boolean {
  return startsWithDollar(document) && ![...REFERENCE_NAMES].some((name) => document.has(name))
}

function startsWithDollar(document: BsonDocument): boolean {
  const first = document.keys().next()
  return !first.done && first.value.startsWith('$')
}

/** Whether a value is a document that holds operators. */
export function isExpressionValue(value: BsonValue): value is BsonDocument {
  return isDocument(value) && isExpression(value)
}
