import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  isDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UNDEFINED,
  type BsonValue,
} from '../values.ts'
import { type Expect, fieldsOf, JsonNumber, type Json } from './json.ts'
import { readDate } from './read-date.ts'
import { readDecimal, readDouble, readInt32, readInt64 } from './read-number.ts'

/** Reads the value of the one field of a document that stands for a BSON value. */
type ReadWrapper = (json: Json, expect: Expect) => BsonValue

/** The old generic subtype, whose bytes begin with their length once more; Extended JSON has them without. */
export const OLD_BINARY = 2
/** What {@link OLD_BINARY} puts before its bytes. */
export const OLD_BINARY_HEAD = 4
/**
 * How {@link OLD_BINARY} is written where the bytes do not begin with their length: one digit, which no other writer
 * writes.
 */
export const HEADLESS = '2'

const UUID_SUBTYPE = 4
const MAX_UINT32 = 0xffff_ffff

const OBJECT_ID = /^[0-9a-f]{24}$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const SUBTYPE = /^[0-9a-f]{1,2}$/i
const REGEX_OPTIONS = /^[imxlsu]*$/

/**
 * What Extended JSON v2 writes as a document with one field of such a name.
 *
 * @see https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
 */
export const WRAPPERS: ReadonlyMap<string, ReadWrapper> = new Map<string, ReadWrapper>([
  ['$oid', (json, expect) => readObjectId(json, expect)],
  ['$numberInt', readInt32],
  ['$numberLong', (json, expect) => Long.fromBigInt(readInt64(json, expect))],
  ['$numberDouble', readDouble],
  ['$numberDecimal', readDecimal],
  ['$date', readDate],
  ['$binary', readBinary],
  ['$uuid', readUuid],
  ['$timestamp', readTimestamp],
  ['$regularExpression', readRegularExpression],
  ['$symbol', (json, expect) => new BSONSymbol(readString(json, expect))],
  ['$code', (json, expect) => new Code(readString(json, expect))],
  ['$dbPointer', readDbPointer],
  ['$minKey', (json, expect) => (isNumberOf(json, 1) ? new MinKey() : expect('1', json))],
  ['$maxKey', (json, expect) => (isNumberOf(json, 1) ? new MaxKey() : expect('1', json))],
  ['$undefined', (json, expect) => (json === true ? UNDEFINED : expect('true', json))],
])

/** Makes code with its variables, which is written as two fields. */
export function readCodeWithScope(code: Json, scope: BsonValue, expect: Expect): CodeWithScope {
  if (!isDocument(scope)) return expect('a document as `$scope`', scope)
  return new CodeWithScope(readString(code, expect), scope)
}

function readString(json: unknown, expect: Expect): string {
  return typeof json === 'string' ? json : expect('a string', json)
}

function readObjectId(json: unknown, expect: Expect): ObjectId {
  if (typeof json !== 'string' || !OBJECT_ID.test(json)) return expect('24 hexadecimal digits', json)
  return ObjectId.createFromHexString(json)
}

function readUuid(json: Json, expect: Expect): Binary {
  if (typeof json !== 'string' || !UUID.test(json)) {
    return expect('a UUID such as "00112233-4455-6677-8899-aabbccddeeff"', json)
  }
  return new Binary(Buffer.from(json.replaceAll('-', ''), 'hex'), UUID_SUBTYPE)
}

function readBinary(json: Json, expect: Expect): Binary {
  const { base64, subType } = readParts(json, ['base64', 'subType']) ?? {}
  if (typeof base64 !== 'string' || !BASE64.test(base64) || typeof subType !== 'string' || !SUBTYPE.test(subType)) {
    return expect('{"base64": "…", "subType": "00"} with base64 and a number in hexadecimal digits', json)
  }
  const bytes = Buffer.from(base64, 'base64')
  const type = parseInt(subType, 16)
  if (type !== OLD_BINARY || subType === HEADLESS) return new Binary(bytes, type)
  const head = Buffer.alloc(OLD_BINARY_HEAD)
  head.writeInt32LE(bytes.length)
  return new Binary(Buffer.concat([head, bytes]), type)
}

function readTimestamp(json: Json, expect: Expect): Timestamp {
  const parts = readParts(json, ['t', 'i'])
  const t = toUint32(parts?.['t'])
  const i = toUint32(parts?.['i'])
  if (t === undefined || i === undefined) return expect('{"t": …, "i": …} with two integers of 32 bits', json)
  return new Timestamp({ t, i })
}

function readRegularExpression(json: Json, expect: Expect): BSONRegExp {
  const { pattern, options } = readParts(json, ['pattern', 'options']) ?? {}
  if (
    typeof pattern !== 'string' ||
    typeof options !== 'string' ||
    !REGEX_OPTIONS.test(options) ||
    pattern.includes('\0')
  ) {
    return expect('{"pattern": "…", "options": "…"} with options of i, l, m, s, u and x', json)
  }
  return new BSONRegExp(pattern, options)
}

function readDbPointer(json: Json, expect: Expect): DbPointer {
  const { $ref, $id } = readParts(json, ['$ref', '$id']) ?? {}
  const oid = $id === undefined ? undefined : readParts($id, ['$oid'])
  if (typeof $ref !== 'string' || !oid) return expect('{"$ref": "…", "$id": {"$oid": "…"}}', json)
  return new DbPointer($ref, readObjectId(oid['$oid'], expect))
}

/** The fields of a document that has these and no others; `undefined` for anything else. */
function readParts(json: Json, names: readonly string[]): Readonly<Record<string, Json>> | undefined {
  const fields = fieldsOf(json)
  if (fields?.length !== names.length || !fields.every(([name]) => names.includes(name))) return undefined
  return Object.fromEntries(fields)
}

function toUint32(json: Json | undefined): number | undefined {
  const value = json instanceof JsonNumber ? Number(json.text) : json
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_UINT32 ? value : undefined
}

function isNumberOf(json: Json, value: number): boolean {
  return json === value || (json instanceof JsonNumber && Number(json.text) === value)
}
