/** The largest message that a server takes, in bytes; `maxMessageSizeBytes` of `hello`. */
export const MAX_MESSAGE_BYTES = 48_000_000
/** The header that starts every message: length, request id, response to, op code. */
export const HEADER_BYTES = 16

/** A message whose length field cannot be right. The connection cannot be kept: where the next one starts is unknown. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/** Up to here an incomplete message's bytes are kept in one buffer that grows with what came. */
const FIRST_BYTES = 4096

/**
 * Cuts a byte stream into messages by their length field. Messages that come whole are not copied; of the others about
 * every byte twice. **Cost** in memory is what came, not what a length field promises, and however small the pieces.
 */
export class FrameSplitter {
  /** The start of a message whose rest has not come. */
  #partial = Buffer.alloc(0)
  #size = 0

  /** Bytes held back until their message is complete. */
  get pendingBytes(): number {
    return this.#size
  }

  /**
   * Takes the next chunk and gives the messages that it completes.
   * @throws FramingError when a length is below the header's or above {@link MAX_MESSAGE_BYTES}
   */
  push(chunk: Buffer): Buffer[] {
    const frames: Buffer[] = []
    let rest = chunk
    while (this.#size > 0 && rest.length > 0) {
      const frame = this.#complete(rest)
      rest = rest.subarray(frame.taken)
      if (frame.whole) frames.push(frame.whole)
    }
    for (let length = lengthOf(rest); length !== undefined && rest.length >= length; length = lengthOf(rest)) {
      frames.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    if (rest.length > 0) this.#keep(rest)
    return frames
  }

  /** Adds what it lacks to the partial message. */
  #complete(chunk: Buffer): { taken: number; whole: Buffer | undefined } {
    // the length first, then what it says
    const wanted = lengthOf(this.#partial.subarray(0, this.#size)) ?? 4
    const taken = Math.min(wanted - this.#size, chunk.length)
    this.#keep(chunk.subarray(0, taken))
    const length = lengthOf(this.#partial.subarray(0, this.#size))
    if (length === undefined || this.#size < length) return { taken, whole: undefined }
    const whole = this.#partial.subarray(0, length)
    this.#partial = Buffer.alloc(0)
    this.#size = 0
    return { taken, whole }
  }

  #keep(bytes: Buffer): void {
    const size = this.#size + bytes.length
    if (size > this.#partial.length) {
      const grown = Buffer.allocUnsafe(Math.max(size, this.#size * 2, FIRST_BYTES))
      this.#partial.copy(grown, 0, 0, this.#size)
      this.#partial = grown
    }
    bytes.copy(this.#partial, this.#size)
    this.#size = size
  }
}

function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 4) return undefined
  const length = bytes.readInt32LE(0)
  if (length >= HEADER_BYTES && length <= MAX_MESSAGE_BYTES) return length
  throw new FramingError(`message length ${length} is not between ${HEADER_BYTES} and ${MAX_MESSAGE_BYTES}`)
}
