import { messageLength } from './header.ts'

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
   * Takes the next chunk and gives the messages that it completes, those before a wrong one included.
   * @throws FramingError at a header that no request has, without waiting for what follows it
   */
  *push(chunk: Buffer): Generator<Buffer, void> {
    let rest = chunk
    while (this.#size > 0 && rest.length > 0) {
      const frame = this.#complete(rest)
      rest = rest.subarray(frame.taken)
      if (frame.whole) yield frame.whole
    }
    for (
      let length = messageLength(rest);
      length !== undefined && rest.length >= length;
      length = messageLength(rest)
    ) {
      yield rest.subarray(0, length)
      rest = rest.subarray(length)
    }
    if (rest.length > 0) this.#keep(rest)
  }

  /** Adds what it lacks to the partial message. */
  #complete(chunk: Buffer): { taken: number; whole: Buffer | undefined } {
    // the length first, then what it says
    const wanted = messageLength(this.#partial.subarray(0, this.#size)) ?? 4
    const taken = Math.min(wanted - this.#size, chunk.length)
    this.#keep(chunk.subarray(0, taken))
    const length = messageLength(this.#partial.subarray(0, this.#size))
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
