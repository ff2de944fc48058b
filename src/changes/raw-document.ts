import { findField } from './bson-fields.ts'
import { decodeDocument, decodeValue } from './decode.ts'
import type { EjsonFormat } from './ejson.ts'
import { toEjsonText } from './ejson-text.ts'
import { JsonText } from './json-text.ts'
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
  #texts: Map<string, JsonText | undefined> | undefined

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

  /** The whole document as Extended JSON. **Cost**: written once for each format, from the bytes. */
  text(format: EjsonFormat): JsonText {
    return this.#remember(format, () => {
      const whole = { type: DOCUMENT, at: 0, end: this.#buffer.length }
      return new JsonText(toEjsonText(this.#buffer, whole, format))
    })
  }

  /** A field as Extended JSON; `undefined` where there is none. **Cost**: as {@link RawDocument.text}. */
  fieldText(name: string, format: EjsonFormat): JsonText | undefined {
    return this.#remember(`${format} ${name}`, () => {
      const found = findField(this.#buffer, name)
      return found && new JsonText(toEjsonText(this.#buffer, found, format))
    })
  }

  #remember<T extends JsonText | undefined>(key: string, write: () => T): T {
    this.#texts ??= new Map()
    // what is remembered under a key is what was written for it
    if (this.#texts.has(key)) return this.#texts.get(key) as T
    const text = write()
    this.#texts.set(key, text)
    return text
  }

  #read(name: string): unknown {
    const found = findField(this.#buffer, name)
    if (found === undefined) return MISSING
    return found.type === DOCUMENT
      ? new RawDocument(this.#buffer.subarray(found.at, found.end))
      : decodeValue(this.#buffer, found)
  }
}
