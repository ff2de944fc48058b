import type { DocumentValue, Field, Value } from '../shell/value.ts'

/**
 * The fields of a change event that a filter means by their own names. `_id` is not among them: nobody looks for resume
 * tokens.
 *
 * @see https://www.mongodb.com/docs/manual/reference/change-events/
 */
export const EVENT_FIELDS: readonly string[] = [
  ...['operationType', 'ns', 'to', 'documentKey', 'fullDocument', 'fullDocumentBeforeChange', 'updateDescription'],
  ...['clusterTime', 'wallTime', 'txnNumber', 'lsid', 'operationDescription', 'collectionUUID', 'nsType'],
]

/** Operators that join filters of the same event. */
export const JOINING_OPERATORS: readonly string[] = ['$and', '$or', '$nor']

/**
 * A filter of the event for what a person typed, which may be about the document: a name whose first part is no field
 * of an event means the field of that name in `fullDocument`, and `_id` that in `documentKey`, which deletes have, too.
 * The same holds within `$and`, `$or` and `$nor`; everything else stays as it is.
 */
export function toEventFilter(filter: DocumentValue): DocumentValue {
  return { ...filter, fields: filter.fields.map(toEventField) }
}

function toEventField(field: Field): Field {
  if (JOINING_OPERATORS.includes(field.name)) return { ...field, value: toEventFilters(field.value) }
  return { ...field, name: toEventPath(field.name) }
}

function toEventFilters(value: Value): Value {
  if (value.kind !== 'array') return value
  return { ...value, items: value.items.map((item) => (item.kind === 'document' ? toEventFilter(item) : item)) }
}

/** What a name in a filter means in an event. */
export function toEventPath(name: string): string {
  const [first = ''] = name.split('.', 1)
  if (first.startsWith('$') || EVENT_FIELDS.includes(first)) return name
  return first === '_id' ? `documentKey.${name}` : `fullDocument.${name}`
}
