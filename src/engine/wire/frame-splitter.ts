/** The largest message that a server takes, in bytes; `maxMessageSizeBytes` of `hello`. */
export const MAX_MESSAGE_BYTES = 48_000_000
/** The header that starts every message: length, request id, response to, op code. */
export const HEADER_BYTES = 16

/** A message whose length field cannot be right. The connection cannot be kept: where the next one starts is unknown. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/**
 * Cuts a byte stream into messages by their length field. Copies a message only when it spans chunks, and then once.
 */
export class FrameSplitter {
  #chunks: Buffer[] = []
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
    this.#chunks.push(chunk)
    this.#size += chunk.length
    const frames: Buffer[] = []
    for (let length = this.#nextLength(); length !== undefined && this.#size >= length; length = this.#nextLength()) {
      frames.push(this.#take(length))
    }
    return frames
  }

  #nextLength(): number | undefined {
    if (this.#size < 4) return undefined
    if ((this.#chunks[0] as Buffer).length < 4) this.#chunks = [Buffer.concat(this.#chunks, this.#size)]
    const length = (this.#chunks[0] as Buffer).readInt32LE(0)
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) {
      throw new FramingError(`message length ${length} is not between ${HEADER_BYTES} and ${MAX_MESSAGE_BYTES}`)
    }
    return length
  }

  #take(length: number): Buffer {
    let first = this.#chunks[0] as Buffer
    if (first.length < length) {
      first = Buffer.concat(this.#chunks, this.#size)
      this.#chunks = [first]
    }
    const rest = first.subarray(length)
    if (rest.length > 0) this.#chunks[0] = rest
    else this.#chunks.shift()
    this.#size -= length
    return first.subarray(0, length)
  }
}
