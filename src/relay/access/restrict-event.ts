import type { LazyDocument } from '../../bson/codec/lazy-document.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import type { FieldFilter } from './field-filter.ts'
import { typeOf, typeSeen } from './rows.ts'
import type { Visibility } from './visibility.ts'

/** Fields that say nothing of what a document holds. */
const ABOUT_THE_EVENT = ['clusterTime', 'collectionUUID', 'wallTime', 'txnNumber', 'lsid'] as const

/**
 * What is in an event besides, by its type as it is seen, in the server's order. Everything else stays out: a newer
 * server may tell things in fields that are not known here.
 */
const FIELDS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  insert: ['fullDocument', 'ns', 'documentKey'],
  snapshot: ['ns', 'documentKey', 'fullDocument'],
  update: ['fullDocument', 'ns', 'documentKey', 'updateDescription', 'fullDocumentBeforeChange'],
  replace: ['fullDocument', 'ns', 'documentKey', 'fullDocumentBeforeChange'],
  delete: ['ns', 'documentKey', 'fullDocumentBeforeChange'],
  drop: ['ns'],
  rename: ['ns', 'to'],
  dropDatabase: ['ns'],
  invalidate: [],
}

/** Fields that hold a document, or a part of one. */
const DOCUMENTS = new Set(['fullDocument', 'fullDocumentBeforeChange', 'documentKey'])

/**
 * An event as a caller sees it who sees only some documents or fields: a new event, made of what is known to be
 * harmless. `undefined` when there is nothing to see: see {@link typeSeen}; and an update that changed none of the
 * visible fields.
 *
 * @see docs/access.md for what becomes of each type
 */
export function restrictEvent(event: LazyDocument, { test, fields }: Visibility): BsonDocument | undefined {
  const operationType = test ? typeSeen(event, test) : typeOf(event)
  const names =
    operationType !== undefined && Object.hasOwn(FIELDS_OF_TYPE, operationType) && FIELDS_OF_TYPE[operationType]
  if (operationType === undefined || !names) return undefined

  const seen: BsonDocument = new Map([['operationType', operationType]])
  for (const name of [...ABOUT_THE_EVENT, ...names]) {
    const value = event.value(name)
    if (value !== undefined) seen.set(name, seenValue(name, value, fields))
  }
  if (operationType === 'update' && fields && !hasChanges(seen.get('updateDescription'))) return undefined
  return seen
}

function seenValue(name: string, value: BsonValue, fields: FieldFilter | undefined): BsonValue {
  const document = isDocument(value) ? value : undefined
  if (name === 'updateDescription') return document ? restrictDescription(document, fields) : null
  if (!fields || !DOCUMENTS.has(name)) return value
  // null where the server has no image, and never anything else
  return document ? fields.redact(document) : null
}

/**
 * What of an update's description may be seen. Where something below a field is allowed and a scalar takes the field's
 * place, the field is removed as far as the caller can see.
 */
function restrictDescription(description: BsonDocument, fields: FieldFilter | undefined): BsonDocument {
  const updated = toDocument(description.get('updatedFields'))
  const gone = [...updated].filter(([path, value]) => fields?.isGone(path, value)).map(([path]) => path)
  const isKnown = (path: unknown) => typeof path === 'string' && (fields === undefined || fields.keepsName(path))
  const seen: BsonDocument = new Map<string, BsonValue>([
    ['updatedFields', fields ? fields.redact(updated) : updated],
    ['removedFields', [...toList(description.get('removedFields')).filter(isKnown), ...gone]],
  ])
  const truncated = description.get('truncatedArrays')
  if (truncated) {
    const isSeen = (entry: BsonValue) => isKnown(toDocument(entry).get('field'))
    seen.set('truncatedArrays', toList(truncated).filter(isSeen))
  }
  const paths = description.get('disambiguatedPaths')
  if (isDocument(paths)) seen.set('disambiguatedPaths', new Map([...paths].filter(([path]) => isKnown(path))))
  return seen
}

function hasChanges(description: BsonValue | undefined): boolean {
  const parts = toDocument(description)
  const lists = [...toList(parts.get('removedFields')), ...toList(parts.get('truncatedArrays'))]
  return lists.length + toDocument(parts.get('updatedFields')).size > 0
}

function toDocument(value: BsonValue | undefined): BsonDocument {
  return isDocument(value) ? value : new Map()
}

function toList(value: BsonValue | undefined): readonly BsonValue[] {
  return Array.isArray(value) ? value : []
}
