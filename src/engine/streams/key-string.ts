import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  CodeWithScope,
  DbPointer,
  Int32,
  isDocument,
  isNumber,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  Undefined,
  WideDate,
  type BsonDocument,
  type BsonNumber,
  type BsonValue,
} from '../../bson/values.ts'
import { KEY_TYPE } from './key-string-types.ts'
import { toExact } from '../../bson/numbers/exact-number.ts'

/** Writes values one after the other so that the result orders as the values do. */
export class KeyStringWriter {
  #buffer = Buffer.allocUnsafe(256)
  #at = 0

  /** The upper-case hex of everything written, closed. */
  finish(): string {
    this.#bytes(KEY_TYPE.end)
    return this.#buffer.toString('hex', 0, this.#at).toUpperCase()
  }

  timestamp(value: Timestamp): void {
    this.#reserve(9)
    this.#buffer[this.#at] = KEY_TYPE.timestamp
    this.#buffer.writeUInt32BE(value.t, this.#at + 1)
    this.#at = this.#buffer.writeUInt32BE(value.i, this.#at + 5)
  }

  boolean(value: boolean): void {
    this.#bytes(value ? KEY_TYPE.true : KEY_TYPE.false)
  }

  /** A small integer that is not negative. */
  integer(value: number): void {
    if (value === 0) return this.#bytes(KEY_TYPE.zero)
    const shifted = value * 2
    const length = shifted < 0x100 ? 1 : shifted < 0x1_0000 ? 2 : shifted < 0x100_0000 ? 3 : 4
    this.#bytes(KEY_TYPE.positive1Byte + length - 1)
    this.#reserve(length)
    this.#at = this.#buffer.writeUIntBE(shifted, this.#at, length)
  }

  value(value: BsonValue): void {
    if (typeof value === 'string') {
      this.#bytes(KEY_TYPE.string)
      this.#escaped(value)
    } else if (typeof value === 'boolean') this.boolean(value)
    else if (isDocument(value)) {
      this.#bytes(KEY_TYPE.object)
      this.#document(value)
    } else if (Array.isArray(value)) {
      this.#bytes(KEY_TYPE.array)
      for (const item of value) this.value(item)
      this.#bytes(0)
    } else if (isNumber(value)) this.#number(value)
    else if (value instanceof Timestamp) this.timestamp(value)
    else this.#scalar(value)
  }

  #scalar(value: Exclude<BsonValue, string | boolean | BsonDocument | BsonValue[] | BsonNumber>): void {
    this.#bytes(genericType(value))
    if (value instanceof ObjectId) this.#append(value.id)
    else if (value instanceof Date) this.#int64(BigInt(value.getTime()))
    else if (value instanceof WideDate) this.#int64(value.ms)
    else if (value instanceof Binary) this.#binary(value)
    else if (value instanceof BSONSymbol) this.#escaped(value.value)
    else if (value instanceof BSONRegExp) {
      this.#text(value.pattern)
      this.#text(value.options)
    } else if (value instanceof Code) this.#escaped(String(value.code))
    else if (value instanceof CodeWithScope) {
      this.#escaped(value.code)
      this.#document(value.scope)
    } else if (value instanceof DbPointer) {
      this.#escaped(value.namespace)
      this.#append(value.id.id)
    }
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe((this.#at + extra) * 2)
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }

  #bytes(...bytes: number[]): void {
    this.#append(bytes)
  }

  #append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#at)
    this.#at += bytes.length
  }

  #text(value: string): void {
    this.#reserve(value.length * 3 + 1)
    this.#at += this.#buffer.write(value, this.#at, 'utf8')
    this.#buffer[this.#at++] = 0
  }

  #escaped(value: string): void {
    // a zero byte inside is marked by a byte that UTF-8 has not
    for (const [i, part] of value.split('\0').entries()) {
      if (i > 0) this.#bytes(0xff)
      this.#text(part)
    }
  }

  #int64(value: bigint): void {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt.asUintN(64, value) ^ (1n << 63n))
    this.#append(bytes)
  }

  #binary(value: Binary): void {
    const content = value.buffer.subarray(0, value.position)
    if (content.length < 255) this.#bytes(content.length, value.sub_type)
    else {
      const length = Buffer.alloc(5)
      length[0] = 255
      length.writeUInt32BE(content.length, 1)
      this.#append(length)
      this.#bytes(value.sub_type)
    }
    this.#append(content)
  }

  #document(document: BsonDocument): void {
    for (const [name, value] of document) {
      this.#bytes(genericType(value))
      this.#text(name)
      this.value(value)
    }
    this.#bytes(0)
  }

  #number(value: BsonNumber): void {
    if (value instanceof Int32 && value.value >= 0) return this.integer(value.value)
    const exact = toExact(value)
    if (exact === 'NaN') return this.#bytes(KEY_TYPE.nan)
    if (typeof exact === 'string') return this.#magnitude(exact === 'Infinity', Infinity)
    if (exact.coefficient === 0n) return this.#bytes(KEY_TYPE.zero)
    const positive = exact.coefficient > 0n
    const size = positive ? exact.coefficient : -exact.coefficient
    const whole = exact.exponent >= 0 ? size * 10n ** BigInt(exact.exponent) : size / 10n ** BigInt(-exact.exponent)
    if (whole === 0n || whole >= 1n << 62n) return this.#magnitude(positive, Math.abs(Number(value.toString())))
    this.#integer(positive, whole, exact.exponent < 0 ? Math.abs(Number(value.toString())) : undefined)
  }

  /** The integer part, shifted to make room for a bit that says whether a fraction follows. */
  #integer(positive: boolean, whole: bigint, fraction: number | undefined): void {
    const shifted = (whole << 1n) | (fraction === undefined ? 0n : 1n)
    const length = Math.ceil(shifted.toString(16).length / 2)
    const bytes = Buffer.from(shifted.toString(16).padStart(length * 2, '0'), 'hex')
    const type = positive ? KEY_TYPE.positive1Byte + length - 1 : KEY_TYPE.negative1Byte - length + 1
    this.#bytes(type)
    this.#append(positive ? bytes : inverted(bytes))
    if (fraction !== undefined) this.#double(positive, fraction)
  }

  #magnitude(positive: boolean, size: number): void {
    const small = size < 1
    this.#bytes(
      positive
        ? small
          ? KEY_TYPE.positiveSmall
          : KEY_TYPE.positiveLarge
        : small
          ? KEY_TYPE.negativeSmall
          : KEY_TYPE.negativeLarge,
    )
    this.#double(positive, size)
  }

  #double(positive: boolean, size: number): void {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(size)
    this.#append(positive ? bytes : inverted(bytes))
  }
}

function inverted(bytes: Buffer): Buffer {
  return Buffer.from(bytes.map((byte) => byte ^ 0xff))
}

/** The type byte that goes before a field's name, and before the values that #scalar writes. */
function genericType(value: BsonValue): number {
  if (value === null) return KEY_TYPE.null
  if (typeof value === 'string' || value instanceof BSONSymbol) return KEY_TYPE.string
  if (typeof value === 'boolean') return KEY_TYPE.false
  if (isNumber(value)) return KEY_TYPE.numeric
  if (isDocument(value)) return KEY_TYPE.object
  if (Array.isArray(value)) return KEY_TYPE.array
  if (value instanceof ObjectId) return KEY_TYPE.objectId
  if (value instanceof Date || value instanceof WideDate) return KEY_TYPE.date
  if (value instanceof Binary) return KEY_TYPE.binary
  if (value instanceof Timestamp) return KEY_TYPE.timestamp
  if (value instanceof BSONRegExp) return KEY_TYPE.regex
  if (value instanceof DbPointer) return KEY_TYPE.dbPointer
  if (value instanceof Code) return KEY_TYPE.code
  if (value instanceof CodeWithScope) return KEY_TYPE.codeWithScope
  if (value instanceof MinKey) return KEY_TYPE.minKey
  if (value instanceof MaxKey) return KEY_TYPE.maxKey
  return value instanceof Undefined ? KEY_TYPE.undefined : KEY_TYPE.null
}
