import { decodeDocument, decodeValue } from './decode.ts'
import { JsonText } from '../ejson/json-text.ts'
import { toEjsonText, type EjsonFormat } from '../ejson/to-ejson-text.ts'
import { RawDocument } from './encode.ts'
import { findField } from './find-field.ts'
import { BSON_TYPE } from '../types.ts'
import type { BsonDocument, BsonValue } from '../values.ts'
import { countWithin } from '../work-budget.ts'

/** Decoding 32 bytes counts for a step. */
const BYTES_PER_STEP_LOG2 = 5

/**
 * A document as its bytes, of which only what is asked for is decoded or written, and that once.
 *
 * **Cost**: a field passes over the values before and after it without decoding them; from then on it is remembered.
 */
export class LazyDocument extends RawDocument {
  #fields: Map<string, BsonValue | LazyDocument> | undefined
  #whole: BsonDocument | undefined
  #texts: Map<string, JsonText | undefined> | undefined

  /** Keeps the bytes, and with them the memory that they are part of. */
  constructor(bytes: Uint8Array) {
    super(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }

  /**
   * The value of a field: an embedded document as a `LazyDocument`, anything else decoded; `undefined` where there is
   * none.
   *
   * @throws CommandError InvalidBSON for bytes that are not BSON, which no server sends
   */
  field(name: string): BsonValue | LazyDocument | undefined {
    const known = this.#fields?.get(name)
    if (known !== undefined) return known
    const value = this.#read(name)
    // a name that there is not is not remembered: there are any number of them
    if (value !== undefined) (this.#fields ??= new Map()).set(name, value)
    return value
  }

  /** The value of a field, decoded; `undefined` where there is none. */
  value(name: string): BsonValue | undefined {
    const value = this.field(name)
    return value instanceof LazyDocument ? value.decode() : value
  }

  /** The whole document. Not to be changed. */
  decode(): BsonDocument {
    if (!this.#whole) {
      countWithin(this.bytes.length >> BYTES_PER_STEP_LOG2)
      this.#whole = decodeDocument(this.bytes)
    }
    return this.#whole
  }

  /** The whole document as Extended JSON. **Cost**: written once for each format, from the bytes. */
  text(format: EjsonFormat): JsonText {
    return this.#remember(format, () => {
      return new JsonText(toEjsonText(this.bytes, BSON_TYPE.document, 0, this.bytes.length, format))
    })
  }

  /** A field as Extended JSON; `undefined` where there is none. **Cost**: as {@link LazyDocument.text}. */
  fieldText(name: string, format: EjsonFormat): JsonText | undefined {
    return this.#remember(`${format} ${name}`, () => {
      const found = findField(this.bytes, name)
      return found && new JsonText(toEjsonText(this.bytes, found.type, found.at, found.end, format))
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

  #read(name: string): BsonValue | LazyDocument | undefined {
    const found = findField(this.bytes, name)
    if (found === undefined) return undefined
    countWithin((found.end - found.at) >> BYTES_PER_STEP_LOG2)
    return found.type === BSON_TYPE.document
      ? new LazyDocument(this.bytes.subarray(found.at, found.end))
      : decodeValue(this.bytes, found.type, found.at, found.end)
  }
}
