import { CommandError } from '../command-error.ts'
import { cstringEnd, documentLength, invalidBson, valueLength } from './read.ts'
import { BSON_TYPE, MAX_DEPTH } from '../types.ts'
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  WideDate,
  type BsonArray,
  type BsonDocument,
  type BsonValue,
} from '../values.ts'

const MAX_DATE_MS = 8_640_000_000_000_000
const MIN_KEY = new MinKey()
const MAX_KEY = new MaxKey()

/**
 * Decodes the document at `offset`. Nothing is lost: field order, numeric types and deprecated types stay. Binary
 * values are copies, so the buffer may be reused. Of fields with the same name the last one counts.
 * @throws CommandError InvalidBSON, or Overflow when nested deeper than 200 levels
 */
export function decodeDocument(bytes: Buffer, offset = 0): BsonDocument {
  return readDocument(bytes, offset, 1)
}

/**
 * Decodes one value of BSON type `type` that takes the bytes from `offset` to `limit`.
 * @throws CommandError InvalidBSON, or Overflow when nested deeper than 200 levels
 */
export function decodeValue(bytes: Buffer, type: number, offset: number, limit: number): BsonValue {
  return readValue(bytes, type, offset, valueLength(bytes, type, offset, limit), 1)
}

function readDocument(bytes: Buffer, offset: number, depth: number): BsonDocument {
  const document: BsonDocument = new Map()
  const limit = openLevel(bytes, offset, depth)
  let at = offset + 4
  while (at < limit) {
    const nameEnd = cstringEnd(bytes, at + 1, limit)
    const type = bytes[at] as number
    const length = valueLength(bytes, type, nameEnd + 1, limit)
    document.set(text(bytes, at + 1, nameEnd), readValue(bytes, type, nameEnd + 1, length, depth))
    at = nameEnd + 1 + length
  }
  return document
}

function readArray(bytes: Buffer, offset: number, depth: number): BsonArray {
  const array: BsonArray = []
  const limit = openLevel(bytes, offset, depth)
  let at = offset + 4
  while (at < limit) {
    const nameEnd = cstringEnd(bytes, at + 1, limit)
    const type = bytes[at] as number
    const length = valueLength(bytes, type, nameEnd + 1, limit)
    array.push(readValue(bytes, type, nameEnd + 1, length, depth))
    at = nameEnd + 1 + length
  }
  return array
}

/** Checks a document's or array's frame and depth; gives the position of its closing zero byte. */
function openLevel(bytes: Buffer, offset: number, depth: number): number {
  if (depth > MAX_DEPTH)
    throw new CommandError('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`)
  return offset + documentLength(bytes, offset) - 1
}

/** `latin1` is several times faster than `utf8` on the short ASCII strings that names and most values are. */
function text(bytes: Buffer, start: number, end: number): string {
  if (end - start < 24) {
    for (let i = start; i < end; i++) if ((bytes[i] as number) > 0x7f) return bytes.toString('utf8', start, end)
    return bytes.toString('latin1', start, end)
  }
  return bytes.toString('utf8', start, end)
}

function readValue(bytes: Buffer, type: number, at: number, length: number, depth: number): BsonValue {
  const end = at + length
  switch (type) {
    case BSON_TYPE.double:
      return new Double(bytes.readDoubleLE(at))
    case BSON_TYPE.string:
      return text(bytes, at + 4, end - 1)
    case BSON_TYPE.document:
      return readDocument(bytes, at, depth + 1)
    case BSON_TYPE.array:
      return readArray(bytes, at, depth + 1)
    case BSON_TYPE.binary:
      return new Binary(Buffer.from(bytes.subarray(at + 5, end)), bytes[at + 4])
    case BSON_TYPE.undefined:
      return UNDEFINED
    case BSON_TYPE.objectId:
      return new ObjectId(Buffer.from(bytes.subarray(at, end)))
    case BSON_TYPE.boolean:
      return bytes[at] !== 0
    case BSON_TYPE.date:
      return readDate(bytes, at)
    case BSON_TYPE.null:
      return null
    case BSON_TYPE.regex:
      return readRegex(bytes, at, end)
    case BSON_TYPE.dbPointer:
      return new DbPointer(text(bytes, at + 4, end - 13), new ObjectId(Buffer.from(bytes.subarray(end - 12, end))))
    case BSON_TYPE.code:
      return new Code(text(bytes, at + 4, end - 1))
    case BSON_TYPE.symbol:
      return new BSONSymbol(text(bytes, at + 4, end - 1))
    case BSON_TYPE.codeWithScope:
      return readCodeWithScope(bytes, at, end, depth)
    case BSON_TYPE.int32:
      return new Int32(bytes.readInt32LE(at))
    case BSON_TYPE.timestamp:
      return new Timestamp({ i: bytes.readUInt32LE(at), t: bytes.readUInt32LE(at + 4) })
    case BSON_TYPE.int64:
      return new Long(bytes.readInt32LE(at), bytes.readInt32LE(at + 4))
    case BSON_TYPE.decimal128:
      return new Decimal128(Buffer.from(bytes.subarray(at, end)))
    case BSON_TYPE.minKey:
      return MIN_KEY
    case BSON_TYPE.maxKey:
      return MAX_KEY
    default:
      throw invalidBson(`unknown type ${type}`)
  }
}

function readDate(bytes: Buffer, at: number): Date | WideDate {
  const ms = bytes.readInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
  return Math.abs(ms) <= MAX_DATE_MS ? new Date(ms) : new WideDate(bytes.readBigInt64LE(at))
}

function readRegex(bytes: Buffer, at: number, end: number): BSONRegExp {
  const patternEnd = cstringEnd(bytes, at, end)
  const options = text(bytes, patternEnd + 1, end - 1)
  if (!/^[imxlsu]*$/.test(options)) throw invalidBson(`unknown regular expression options '${options}'`)
  return new BSONRegExp(text(bytes, at, patternEnd), options)
}

function readCodeWithScope(bytes: Buffer, at: number, end: number, depth: number): CodeWithScope {
  const codeLength = valueLength(bytes, BSON_TYPE.string, at + 4, end)
  const scopeAt = at + 4 + codeLength
  if (scopeAt + documentLength(bytes, scopeAt) !== end) throw invalidBson('code with scope has a wrong length')
  return new CodeWithScope(text(bytes, at + 8, scopeAt - 1), readDocument(bytes, scopeAt, depth + 1))
}
