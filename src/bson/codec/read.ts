import { CommandError } from '../command-error.ts'
import { BSON_TYPE } from '../types.ts'

/** The error of bytes that are not BSON. */
export function invalidBson(what: string): CommandError {
  return new CommandError('InvalidBSON', `Invalid BSON: ${what}`)
}

/** One element of a document, found but not decoded. Offsets count from the start of the buffer. */
export interface RawElement {
  readonly type: number
  readonly name: string
  /** Where the element starts: its type byte. */
  readonly start: number
  /** Where its value starts. */
  readonly value: number
  /** Just past its value. */
  readonly end: number
}

/**
 * The document's length at `offset`, checked against the buffer and its closing zero byte.
 * @throws CommandError InvalidBSON
 */
export function documentLength(bytes: Buffer, offset: number): number {
  if (offset + 5 > bytes.length) throw invalidBson('a document is cut short')
  const length = bytes.readInt32LE(offset)
  if (length < 5 || offset + length > bytes.length) throw invalidBson(`document length ${length} is out of bounds`)
  if (bytes[offset + length - 1] !== 0) throw invalidBson('a document does not end with a zero byte')
  return length
}

/** Where a zero-terminated string that starts at `offset` ends (the position of its zero byte). */
export function cstringEnd(bytes: Buffer, offset: number, limit: number): number {
  // names are short, so that looking at each byte is faster than a search
  for (let end = offset; end < limit; end++) if (bytes[end] === 0) return end
  throw invalidBson('a name is not terminated')
}

/** The length of a value of `type` at `offset`, in bytes, checked against `limit`. */
export function valueLength(bytes: Buffer, type: number, offset: number, limit: number): number {
  const length = unboundedLength(bytes, type, offset, limit)
  if (length < 0 || offset + length > limit) throw invalidBson(`a value of type ${type} is out of bounds`)
  return length
}

function unboundedLength(bytes: Buffer, type: number, offset: number, limit: number): number {
  switch (type) {
    case BSON_TYPE.int32:
      return 4
    case BSON_TYPE.double:
    case BSON_TYPE.date:
    case BSON_TYPE.timestamp:
    case BSON_TYPE.int64:
      return 8
    case BSON_TYPE.decimal128:
      return 16
    case BSON_TYPE.objectId:
      return 12
    case BSON_TYPE.boolean:
      return 1
    case BSON_TYPE.null:
    case BSON_TYPE.undefined:
    case BSON_TYPE.minKey:
    case BSON_TYPE.maxKey:
      return 0
    case BSON_TYPE.string:
    case BSON_TYPE.code:
    case BSON_TYPE.symbol:
      return stringLength(bytes, offset, limit)
    case BSON_TYPE.dbPointer:
      return stringLength(bytes, offset, limit) + 12
    case BSON_TYPE.document:
    case BSON_TYPE.array:
    case BSON_TYPE.codeWithScope:
      return int32(bytes, offset, limit)
    case BSON_TYPE.binary:
      return 5 + int32(bytes, offset, limit)
    case BSON_TYPE.regex: {
      const pattern = cstringEnd(bytes, offset, limit)
      return cstringEnd(bytes, pattern + 1, limit) + 1 - offset
    }
    default:
      throw invalidBson(`unknown type ${type}`)
  }
}

function int32(bytes: Buffer, offset: number, limit: number): number {
  if (offset + 4 > limit) throw invalidBson('a length is cut short')
  const length = bytes.readInt32LE(offset)
  if (length < 0) throw invalidBson(`length ${length} is negative`)
  return length
}

function stringLength(bytes: Buffer, offset: number, limit: number): number {
  const length = int32(bytes, offset, limit)
  const end = offset + 4 + length
  if (length < 1 || end > limit || bytes[end - 1] !== 0) throw invalidBson('a string is not terminated')
  return 4 + length
}

/**
 * The elements of the document at `offset`, one after the other, without decoding values. Cost: one pass over this
 * level's names; nested documents are stepped over.
 * @throws CommandError InvalidBSON
 */
export function* elements(bytes: Buffer, offset = 0): Generator<RawElement> {
  const limit = offset + documentLength(bytes, offset) - 1
  let at = offset + 4
  while (at < limit) {
    const start = at
    const type = bytes[start] as number
    const nameEnd = cstringEnd(bytes, start + 1, limit)
    const value = nameEnd + 1
    at = value + valueLength(bytes, type, value, limit)
    yield { type, name: bytes.toString('utf8', start + 1, nameEnd), start, value, end: at }
  }
}
