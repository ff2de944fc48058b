import { findField } from './bson-fields.ts'
import { decodeDocument, decodeValue } from './decode.ts'
import { MISSING } from './match/values.ts'

/** BSON's number for the type of an embedded document. */
const DOCUMENT = 0x03

/**
 * A BSON document of which only what somebody asks for is decoded, and that once.
 *
 * **Cost**: a field passes over the values before and after it without decoding them; from then on it is remembered.
 */
export class RawDocument {
  readonly #buffer: Buffer
  #fields: Map<string, unknown> | undefined
  #whole: Record<string, unknown> | undefined

  /** Keeps the bytes, and with them the memory that they are part of. */
  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /**
   * The value of a field: an embedded document as a `RawDocument`, anything else decoded; {@link MISSING} where there is
   * none.
   *
   * @throws RangeError for bytes that are no BSON, which no server sends
   */
  field(name: string): unknown {
    this.#fields ??= new Map()
    const known = this.#fields.get(name)
    if (known !== undefined || this.#fields.has(name)) return known
    const value = this.#read(name)
    this.#fields.set(name, value)
    return value
  }

  /** The value of a field, decoded; {@link MISSING} where there is none. */
  value(name: string): unknown {
    const value = this.field(name)
    return value instanceof RawDocument ? value.decode() : value
  }

  /** The whole document, as {@link decodeDocument} gives it. */
  decode(): Record<string, unknown> {
    this.#whole ??= decodeDocument(this.#buffer)
    return this.#whole
  }

  #read(name: string): unknown {
    const found = findField(this.#buffer, name)
    if (found === undefined) return MISSING
    return found.type === DOCUMENT
      ? new RawDocument(this.#buffer.subarray(found.at, found.end))
      : decodeValue(this.#buffer, found)
  }
}
