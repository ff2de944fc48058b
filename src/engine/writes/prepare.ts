import { decodeDocument } from '../../bson/codec/decode.ts'
import { encodeDocument } from '../../bson/codec/encode.ts'
import { elements } from '../../bson/codec/read.ts'
import { BSON_TYPE, MAX_DOCUMENT_BYTES, MAX_STORED_DEPTH } from '../../bson/types.ts'
import {
  BSONRegExp,
  ObjectId,
  Timestamp,
  typeName,
  Undefined,
  type BsonDocument,
  type BsonValue,
} from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { StoredDocument } from '../storage/stored-document.ts'

/**
 * A document as it is stored: with an `_id`, which comes first, and with server times in the place of empty timestamps
 * at the top level. Bytes that need no change are kept as they are.
 * @throws CommandError BadValue, InvalidIdField, DollarPrefixedFieldName when it cannot be stored
 */
export function toStored(bytes: Buffer, nextTimestamp: () => Timestamp): StoredDocument {
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(
      'BadValue',
      `object to insert too large. size in bytes: ${bytes.length}, max size: ${MAX_DOCUMENT_BYTES}`,
    )
  }
  const document = decodeDocument(bytes)
  const id = idOf(document)
  checkId(id)
  checkDepth(document, bytes)
  if (isStorable(bytes)) return new StoredDocument(id, copyOf(bytes), document)
  const complete: BsonDocument = new Map([['_id', id]])
  for (const [name, value] of document) complete.set(name, isEmptyTimestamp(value) ? nextTimestamp() : value)
  return new StoredDocument(id, encodeDocument(complete), complete)
}

/**
 * Keeps documents from being nested so deeply that what is put around them, such as a change event, could not be read.
 * @throws CommandError Overflow
 */
function checkDepth(document: BsonDocument, { length }: Buffer): void {
  // a level takes seven bytes at least
  if (length < MAX_STORED_DEPTH * 7 || !isDeeper(document, MAX_STORED_DEPTH)) return
  throw new CommandError('Overflow', `Document exceeds maximum nesting depth of ${MAX_STORED_DEPTH}`)
}

function isDeeper(value: BsonValue, levels: number): boolean {
  if (!(value instanceof Map) && !Array.isArray(value)) return false
  if (levels === 0) return true
  for (const inner of value.values()) if (isDeeper(inner, levels - 1)) return true
  return false
}

/** Whether the bytes can be stored as they are. */
function isStorable(bytes: Buffer): boolean {
  let first = true
  for (const element of elements(bytes)) {
    if (first && element.name !== '_id') return false
    first = false
    if (element.type === BSON_TYPE.timestamp && bytes.readBigUInt64LE(element.value) === 0n) return false
  }
  return !first
}

// a message's buffer is larger than the document, and would be kept alive by it
function copyOf(bytes: Buffer): Buffer {
  return Buffer.from(bytes)
}

function isEmptyTimestamp(value: BsonValue): boolean {
  return value instanceof Timestamp && value.t === 0 && value.i === 0
}

/** The document's `_id`, a new one when it has none. Null is an `_id` like any other. */
export function idOf(document: BsonDocument): BsonValue {
  const id = document.get('_id')
  return id === undefined ? new ObjectId() : id
}

/** @throws CommandError InvalidIdField, DollarPrefixedFieldName for what cannot be an `_id` */
function checkId(id: BsonValue): void {
  if (Array.isArray(id) || id instanceof BSONRegExp || id instanceof Undefined) {
    throw new CommandError('InvalidIdField', `The '_id' value cannot be of type ${typeName(id)}`)
  }
  if (!(id instanceof Map) || isDbRef(id)) return
  for (const name of id.keys()) {
    if (!name.startsWith('$')) continue
    throw new CommandError(
      'DollarPrefixedFieldName',
      `_id fields may not contain '$'-prefixed fields: ${name} is not valid for storage.`,
    )
  }
}

/** Whether a document refers to another one: `$ref`, then `$id`, then perhaps `$db`, then whatever else. */
function isDbRef(value: BsonDocument): boolean {
  const [ref, id, ...rest] = [...value.keys()]
  if (ref !== '$ref' || id !== '$id' || typeof value.get('$ref') !== 'string') return false
  return rest.every((name, i) => !name.startsWith('$') || (i === 0 && name === '$db'))
}

/** A changed document as it is stored. @throws CommandError 17419 when it grew too large */
export function toStoredVersion(before: StoredDocument, after: BsonDocument): StoredDocument {
  const bytes = encodeDocument(after)
  if (bytes.length > MAX_DOCUMENT_BYTES) {
    throw new CommandError(17419, `Resulting document after update is larger than ${MAX_DOCUMENT_BYTES}`)
  }
  checkDepth(after, bytes)
  return new StoredDocument(before.id, bytes, after, before.key)
}
