import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long } from 'bson'
import { MaxKey, MinKey, ObjectId, Timestamp } from 'bson'
import { DbPointer, FarDate } from './rare-values.ts'

/** Milliseconds on both sides of 1970 that a JavaScript date can hold. */
const MAX_DATE_MS = 8_640_000_000_000_000n

/**
 * Decodes a BSON document without losing anything: numbers become Int32, Long, Double and Decimal128; a date that
 * JavaScript cannot hold becomes a {@link FarDate}; a document with `$ref` and `$id` stays a document. `bson`'s own
 * decoder gives up the last two. Keys such as `__proto__` are own keys.
 *
 * @throws RangeError for bytes that are no BSON, which no server sends
 * @see https://bsonspec.org/spec.html
 */
export function decodeDocument(bytes: Uint8Array): Record<string, unknown> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return readDocument({ buffer, at: 0 })
}

interface Reader {
  readonly buffer: Buffer
  at: number
}

function readDocument(reader: Reader): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  readFields(reader, (key, value) => {
    // assigning to this one key would set the prototype
    if (key === '__proto__')
      Object.defineProperty(out, key, { value, enumerable: true, writable: true, configurable: true })
    else out[key] = value
  })
  return out
}

function readArray(reader: Reader): unknown[] {
  const out: unknown[] = []
  readFields(reader, (_index, value) => out.push(value))
  return out
}

function readFields(reader: Reader, put: (key: string, value: unknown) => void): void {
  const { buffer } = reader
  const end = reader.at + buffer.readInt32LE(reader.at) - 1
  reader.at += 4
  while (reader.at < end) {
    const type = buffer.readInt8(reader.at++)
    // in this order: the name comes first
    const key = readCString(reader)
    put(key, readValue(reader, type))
  }
  reader.at = end + 1
}

function readValue(reader: Reader, type: number): unknown {
  switch (type) {
    case 0x01:
      return new Double(reader.buffer.readDoubleLE(skip(reader, 8)))
    case 0x02:
      return readString(reader)
    case 0x03:
      return readDocument(reader)
    case 0x04:
      return readArray(reader)
    case 0x05:
      return readBinary(reader)
    case 0x06:
      return undefined
    case 0x07:
      return new ObjectId(readBytes(reader, 12))
    case 0x08:
      return reader.buffer[skip(reader, 1)] === 1
    case 0x09:
      return toDate(reader.buffer.readBigInt64LE(skip(reader, 8)))
    case 0x0a:
      return null
    case 0x0b:
      return new BSONRegExp(readCString(reader), readCString(reader))
    case 0x0c:
      return new DbPointer(readString(reader), new ObjectId(readBytes(reader, 12)))
    case 0x0d:
      return new Code(readString(reader))
    case 0x0e:
      return new BSONSymbol(readString(reader))
    case 0x0f:
      skip(reader, 4)
      return new Code(readString(reader), readDocument(reader))
    case 0x10:
      return new Int32(reader.buffer.readInt32LE(skip(reader, 4)))
    case 0x11:
      return new Timestamp(reader.buffer.readBigUInt64LE(skip(reader, 8)))
    case 0x12:
      return Long.fromBigInt(reader.buffer.readBigInt64LE(skip(reader, 8)))
    case 0x13:
      return new Decimal128(readBytes(reader, 16))
    case 0x7f:
      return new MaxKey()
    case -1:
      return new MinKey()
    default:
      throw new RangeError(`Not a BSON type: ${type}`)
  }
}

function toDate(ms: bigint): Date {
  return ms >= -MAX_DATE_MS && ms <= MAX_DATE_MS ? new Date(Number(ms)) : new FarDate(ms)
}

function skip(reader: Reader, bytes: number): number {
  const from = reader.at
  reader.at += bytes
  return from
}

// copied, so that a small value does not keep the whole reply in memory
function readBytes(reader: Reader, length: number): Buffer {
  const from = skip(reader, length)
  if (reader.at > reader.buffer.length) throw new RangeError('The document ends too early')
  return Buffer.from(reader.buffer.subarray(from, reader.at))
}

function readCString(reader: Reader): string {
  const end = reader.buffer.indexOf(0, reader.at)
  const text = reader.buffer.toString('utf8', reader.at, end)
  reader.at = end + 1
  return text
}

function readString(reader: Reader): string {
  const length = reader.buffer.readInt32LE(skip(reader, 4))
  const from = skip(reader, length)
  return reader.buffer.toString('utf8', from, reader.at - 1)
}

function readBinary(reader: Reader): Binary {
  const length = reader.buffer.readInt32LE(skip(reader, 4))
  const subType = reader.buffer.readUInt8(skip(reader, 1))
  // the old generic subtype repeats the length inside
  if (subType !== 2) return new Binary(readBytes(reader, length), subType)
  return new Binary(readBytes(reader, reader.buffer.readInt32LE(skip(reader, 4))), subType)
}
