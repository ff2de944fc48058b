import { Binary, Int32, Timestamp } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { KEY_TYPE } from './key-string-types.ts'

/** Reads the plain values at the start of a KeyString: timestamps, small integers, booleans, null and binary data. */
export class KeyStringReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Whether only the end mark is left. */
  get atEnd(): boolean {
    return this.#at >= this.#bytes.length || this.#bytes[this.#at] === KEY_TYPE.end
  }

  /**
   * The next value.
   * @throws CommandError Overflow when the bytes end too early, 50811 for a type that does not belong here
   */
  next(): null | boolean | Int32 | Timestamp | Binary {
    const type = this.#advance(1)[0] as number
    if (type === KEY_TYPE.timestamp) return this.#timestamp()
    if (type === KEY_TYPE.true || type === KEY_TYPE.false) return type === KEY_TYPE.true
    if (type === KEY_TYPE.null) return null
    if (type === KEY_TYPE.zero) return new Int32(0)
    if (type >= KEY_TYPE.positive1Byte && type < KEY_TYPE.positive1Byte + 4) {
      const length = type - KEY_TYPE.positive1Byte + 1
      return new Int32(this.#advance(length).readUIntBE(0, length) >>> 1)
    }
    if (type === KEY_TYPE.binary) {
      const length = this.#advance(1)[0] as number
      const subType = this.#advance(1)[0] as number
      return new Binary(Buffer.from(this.#advance(length)), subType)
    }
    throw new CommandError(50811, `Invalid resume token: unexpected type ${type}`)
  }

  #timestamp(): Timestamp {
    const bytes = this.#advance(8)
    return new Timestamp({ t: bytes.readUInt32BE(0), i: bytes.readUInt32BE(4) })
  }

  #advance(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) {
      throw new CommandError(
        'Overflow',
        `Invalid advance (${count}) past end of buffer[${this.#at}] at offset: ${this.#at}`,
      )
    }
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }
}
