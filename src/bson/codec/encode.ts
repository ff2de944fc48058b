import { CommandError } from '../command-error.ts'
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
  isDocument,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  WideDate,
  type BsonDocument,
  type BsonValue,
} from '../values.ts'

/** A document that is already encoded: written as it is. Lets stored documents reach a reply without decoding them. */
export class RawDocument {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** What can be encoded: values, and encoded documents in the place of a document or in an array. */
export type Encodable = BsonValue | RawDocument | readonly Encodable[] | EncodableDocument
/** A document whose fields can be encoded. */
export type EncodableDocument = ReadonlyMap<string, Encodable>

/**
 * Encodes a document. Cost: one pass; the result is a buffer of its own.
 * @throws CommandError Overflow when nested deeper than 200 levels, BadValue for a name with a zero byte
 */
export function encodeDocument(document: EncodableDocument | BsonDocument): Buffer {
  const writer = new Writer()
  writer.document(document, 1)
  return writer.take()
}

const INITIAL_BYTES = 16 * 1024
/** What is larger can neither be stored nor sent; a value whose parts are shared may be, without bound. */
const MAX_BUFFER_BYTES = 64 * 1024 * 1024
let spare = Buffer.allocUnsafe(INITIAL_BYTES)

class Writer {
  // one scratch buffer is shared, because encoding never awaits
  #bytes = spare
  #at = 0

  take(): Buffer {
    if (this.#bytes.length > spare.length && this.#bytes.length <= 1024 * 1024) spare = this.#bytes
    // not from a pool of Node's: what is stored would keep all that was made beside it
    const taken = Buffer.allocUnsafeSlow(this.#at)
    taken.set(this.#bytes.subarray(0, this.#at))
    return taken
  }

  #reserve(extra: number): void {
    const needed = this.#at + extra
    if (needed <= this.#bytes.length) return
    if (needed > MAX_BUFFER_BYTES) {
      throw new CommandError(13548, `BufBuilder attempted to grow() to ${needed} bytes, past the 64MB limit.`)
    }
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }

  document(document: EncodableDocument | BsonDocument, depth: number): void {
    const start = this.#open(depth)
    for (const [name, value] of document) this.#element(name, value, depth)
    this.#close(start)
  }

  #array(array: readonly Encodable[], depth: number): void {
    const start = this.#open(depth)
    for (let i = 0; i < array.length; i++) this.#element(String(i), array[i] as Encodable, depth)
    this.#close(start)
  }

  #open(depth: number): number {
    if (depth > MAX_DEPTH) {
      throw new CommandError('Overflow', `BSONObj exceeded maximum nested object depth: ${MAX_DEPTH}`)
    }
    this.#reserve(5)
    const start = this.#at
    this.#at += 4
    return start
  }

  #close(start: number): void {
    this.#reserve(1)
    this.#bytes[this.#at++] = 0
    this.#bytes.writeInt32LE(this.#at - start, start)
  }

  #element(name: string, value: Encodable, depth: number): void {
    this.#reserve(2 + name.length * 3)
    const typeAt = this.#at++
    this.#cstring(name)
    // in this order: writing the value may move the buffer
    const type = this.#value(value, depth)
    this.#bytes[typeAt] = type
  }

  #cstring(value: string): void {
    if (value.includes('\0')) throw new CommandError('BadValue', 'a field name or pattern cannot hold a zero byte')
    this.#reserve(1 + value.length * 3)
    this.#at += this.#bytes.write(value, this.#at, 'utf8')
    this.#bytes[this.#at++] = 0
  }

  #string(value: string): void {
    this.#reserve(5 + value.length * 3)
    const length = this.#bytes.write(value, this.#at + 4, 'utf8')
    this.#bytes.writeInt32LE(length + 1, this.#at)
    this.#at += 4 + length
    this.#bytes[this.#at++] = 0
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #int32(value: number): void {
    this.#reserve(4)
    this.#at = this.#bytes.writeInt32LE(value | 0, this.#at)
  }

  #int64(low: number, high: number): void {
    this.#int32(low)
    this.#int32(high)
  }

  /** Writes the value and gives its type. */
  #value(value: Encodable, depth: number): number {
    if (typeof value === 'string') {
      this.#string(value)
      return BSON_TYPE.string
    }
    if (value === null) return BSON_TYPE.null
    if (typeof value === 'boolean') {
      this.#reserve(1)
      this.#bytes[this.#at++] = value ? 1 : 0
      return BSON_TYPE.boolean
    }
    if (isDocument(value)) {
      this.document(value, depth + 1)
      return BSON_TYPE.document
    }
    if (Array.isArray(value)) {
      this.#array(value, depth + 1)
      return BSON_TYPE.array
    }
    return this.#scalar(value as Exclude<typeof value, readonly Encodable[] | EncodableDocument>, depth)
  }

  #scalar(
    value: Exclude<BsonValue | RawDocument, string | boolean | null | BsonDocument | BsonValue[]>,
    depth: number,
  ): number {
    if (value instanceof Int32) {
      this.#int32(value.value)
      return BSON_TYPE.int32
    }
    if (value instanceof Double) {
      this.#reserve(8)
      this.#at = this.#bytes.writeDoubleLE(value.value, this.#at)
      return BSON_TYPE.double
    }
    if (value instanceof ObjectId) {
      this.#raw(value.id)
      return BSON_TYPE.objectId
    }
    if (value instanceof RawDocument) {
      this.#raw(value.bytes)
      return BSON_TYPE.document
    }
    if (value instanceof Date) {
      this.#reserve(8)
      this.#at = this.#bytes.writeBigInt64LE(BigInt(value.getTime()), this.#at)
      return BSON_TYPE.date
    }
    // Timestamp extends Long
    if (value instanceof Timestamp || value instanceof Long) {
      this.#int64(value.low, value.high)
      return value instanceof Timestamp ? BSON_TYPE.timestamp : BSON_TYPE.int64
    }
    if (value instanceof Decimal128) {
      this.#raw(value.bytes)
      return BSON_TYPE.decimal128
    }
    if (value instanceof Binary) {
      this.#int32(value.position)
      this.#raw(Uint8Array.of(value.sub_type))
      this.#raw(value.buffer.subarray(0, value.position))
      return BSON_TYPE.binary
    }
    if (value instanceof BSONRegExp) {
      this.#cstring(value.pattern)
      this.#cstring(value.options)
      return BSON_TYPE.regex
    }
    if (value instanceof BSONSymbol) {
      this.#string(value.value)
      return BSON_TYPE.symbol
    }
    if (value instanceof Code) {
      this.#string(String(value.code))
      return BSON_TYPE.code
    }
    if (value instanceof CodeWithScope) {
      const start = this.#at
      this.#int32(0)
      this.#string(value.code)
      this.document(value.scope, depth + 1)
      this.#bytes.writeInt32LE(this.#at - start, start)
      return BSON_TYPE.codeWithScope
    }
    if (value instanceof DbPointer) {
      this.#string(value.namespace)
      this.#raw(value.id.id)
      return BSON_TYPE.dbPointer
    }
    if (value instanceof WideDate) {
      this.#reserve(8)
      this.#at = this.#bytes.writeBigInt64LE(value.ms, this.#at)
      return BSON_TYPE.date
    }
    if (value instanceof MinKey) return BSON_TYPE.minKey
    return value instanceof MaxKey ? BSON_TYPE.maxKey : BSON_TYPE.undefined
  }
}
