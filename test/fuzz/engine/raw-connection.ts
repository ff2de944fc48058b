import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeDocument } from '../../../src/bson/codec/decode.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'

/** One message that the server sent. */
export interface ReceivedReply {
  readonly responseTo: number
  /** Further replies to the same request follow. */
  readonly moreToCome: boolean
  readonly body: BsonDocument
}

/** A connection that sends any bytes, and takes nothing from the server but well-formed replies. */
export class RawConnection {
  /** What came, in its order. */
  readonly replies: ReceivedReply[] = []
  /** What is wrong with the bytes that came. */
  malformed: string | undefined
  readonly #socket: Socket
  readonly #watchers = new Set<() => void>()
  #received: Buffer = Buffer.alloc(0)
  #open = true

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk)
      this.#changed()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#open = false
      this.#changed()
    })
  }

  static async open(host: string, port: number): Promise<RawConnection> {
    const socket = connect(port, host)
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  get isOpen(): boolean {
    return this.#open
  }

  write(bytes: Buffer): void {
    if (this.#open) this.#socket.write(bytes)
  }

  /** Waits until the condition holds. Gives false when it does not within `limitMs`. */
  until(condition: () => boolean, limitMs: number): Promise<boolean> {
    if (condition()) return Promise.resolve(true)
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), limitMs)
      const look = () => condition() && settle(true)
      const settle = (held: boolean) => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        resolve(held)
      }
      this.#watchers.add(look)
    })
  }

  /** Sends nothing more, and waits for the other side to close. */
  async close(): Promise<void> {
    if (!this.#open) return
    const closed = once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look()
  }

  #receive(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4 && !this.malformed) {
      const length = this.#received.readInt32LE(0)
      if (length < 26 || length > 48_000_000) {
        this.malformed = `reply of length ${length}`
        return
      }
      if (this.#received.length < length) return
      this.#read(this.#received.subarray(0, length))
      this.#received = this.#received.subarray(length)
    }
  }

  #read(message: Buffer): void {
    const opCode = message.readInt32LE(12)
    const bodyAt = opCode === 1 ? 36 : 21
    try {
      if (opCode !== 1 && opCode !== 2013) throw new Error(`op code ${opCode}`)
      const document = message.subarray(bodyAt)
      if (document.readInt32LE(0) !== document.length) throw new Error('more than one document')
      // refuses any byte that is not BSON
      const body = decodeDocument(document)
      const moreToCome = opCode === 2013 && (message.readUInt32LE(16) & 2) !== 0
      this.replies.push({ responseTo: message.readInt32LE(8), moreToCome, body })
    } catch (error) {
      this.malformed = String(error)
    }
  }
}
