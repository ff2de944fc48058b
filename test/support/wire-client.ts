import { connect, type Socket } from 'node:net'
import { BSON } from 'mongodb'

/** A reply, every numeric type kept. */
export type RawReply = Record<string, unknown>

/**
 * Sends commands one at a time and adds nothing to them but `$db`, so that a transcript shows just what the server
 * answers.
 */
export class WireClient {
  readonly #socket: Socket
  readonly #waiting = new Map<number, { resolve(reply: RawReply): void; reject(error: Error): void }>()
  #received = Buffer.alloc(0)
  #lastId = 0

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the connection closed'))
      this.#waiting.clear()
    })
  }

  static async open(host: string, port: number): Promise<WireClient> {
    const socket = connect(port, host)
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new WireClient(socket)
  }

  command(db: string, command: Record<string, unknown>): Promise<RawReply> {
    return this.send(BSON.serialize({ ...command, $db: db }))
  }

  /** Sends a command as its bytes. */
  send(body: Uint8Array): Promise<RawReply> {
    const head = Buffer.alloc(21)
    const id = ++this.#lastId
    head.writeInt32LE(head.length + body.length, 0)
    head.writeInt32LE(id, 4)
    head.writeInt32LE(2013, 12)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#socket.write(Buffer.concat([head, body]))
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    while (this.#received.length >= 4 && this.#received.length >= this.#received.readInt32LE(0)) {
      const length = this.#received.readInt32LE(0)
      const message = this.#received.subarray(0, length)
      this.#received = this.#received.subarray(length)
      const responseTo = message.readInt32LE(8)
      const options = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true }
      this.#waiting.get(responseTo)?.resolve(BSON.deserialize(message.subarray(21), options))
      this.#waiting.delete(responseTo)
    }
  }
}
