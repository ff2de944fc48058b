import type { ChangeEvent } from '../changes/change.ts'
import type { Doc } from '../changes/match/values.ts'
import { fieldsOf } from '../changes/match/values.ts'
import type { FieldFilter } from './field-filter.ts'
import { typeSeen } from './rows.ts'
import type { Verdict } from './verdict.ts'

/** Fields that say nothing of what a document holds. */
const ABOUT_THE_EVENT = ['clusterTime', 'wallTime', 'txnNumber', 'lsid'] as const

/**
 * What is in an event besides, by its type as it is seen, in the server's order. Everything else stays out: a newer server
 * may tell things in fields that are not known here.
 */
const FIELDS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  insert: ['fullDocument', 'ns', 'documentKey'],
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
 * An event as a caller sees it who sees only some documents or fields: a new event, made of what is known to be harmless.
 * `undefined` when there is nothing to see: see {@link typeSeen}; and an update that changed none of the visible fields.
 *
 * @see docs/access.md for what becomes of each type
 */
export function restrictEvent(event: ChangeEvent, { test, fields }: Verdict): ChangeEvent | undefined {
  const operationType = test ? typeSeen(event, test) : event.operationType
  const names =
    operationType !== undefined && Object.hasOwn(FIELDS_OF_TYPE, operationType) && FIELDS_OF_TYPE[operationType]
  if (operationType === undefined || !names) return undefined

  const seen: Record<string, unknown> = { _id: event._id, operationType }
  for (const name of [...ABOUT_THE_EVENT, ...names]) {
    const value = event[name]
    if (value !== undefined) seen[name] = seenValue(name, value, fields)
  }
  if (operationType === 'update' && fields && !hasChanges(seen['updateDescription'])) return undefined
  // both are there
  return seen as ChangeEvent
}

function seenValue(name: string, value: unknown, fields: FieldFilter | undefined): unknown {
  const document = fieldsOf(value)
  if (name === 'updateDescription') return document ? restrictDescription(document, fields) : null
  if (!fields || !DOCUMENTS.has(name)) return value
  // null where the server has no image, and never anything else
  return document ? fields.redact(document) : null
}

/**
 * What of an update's description may be seen. Where something below a field is allowed and a scalar takes the field's place,
 * the field is removed as far as the caller can see.
 */
function restrictDescription(description: Doc, fields: FieldFilter | undefined): Doc {
  const { updatedFields, removedFields, truncatedArrays, disambiguatedPaths } = description
  const updated = fieldsOf(updatedFields) ?? {}
  const gone = Object.keys(updated).filter((path) => fields?.isGone(path, updated[path]))
  const isKnown = (path: unknown) => typeof path === 'string' && (fields === undefined || fields.keepsName(path))
  const paths = fieldsOf(disambiguatedPaths)
  return {
    updatedFields: fields ? fields.redact(updated) : updated,
    removedFields: [...toList(removedFields).filter(isKnown), ...gone],
    ...(truncatedArrays
      ? { truncatedArrays: toList(truncatedArrays).filter((entry) => isKnown(fieldsOf(entry)?.['field'])) }
      : {}),
    ...(paths
      ? { disambiguatedPaths: Object.fromEntries(Object.entries(paths).filter(([path]) => isKnown(path))) }
      : {}),
  }
}

function hasChanges(description: unknown): boolean {
  const { updatedFields, removedFields, truncatedArrays } = fieldsOf(description) ?? {}
  return [updatedFields, removedFields, truncatedArrays].some((part) => Object.keys(part ?? {}).length > 0)
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
