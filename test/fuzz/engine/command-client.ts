import { doc, isDocument, Int32, Long, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { toMessage } from './message.ts'
import type { Random } from '../../support/random/random.ts'
import type { RawConnection } from './raw-connection.ts'
import { numberOf } from './wire-oracle.ts'

/** How long a command may take before it counts as a hang. */
const HANG_MS = 15_000

/** Sends one command after the other over a connection. */
export class Client {
  readonly #connection: RawConnection
  /** Resume tokens that the engine gave, the latest last. */
  readonly tokens: string[] = []
  #lastId = 0

  constructor(connection: RawConnection) {
    this.#connection = connection
  }

  /** The reply; undefined when there is none, because the connection closed or nothing came for long. */
  async command(body: BsonDocument): Promise<BsonDocument | undefined> {
    const id = ++this.#lastId
    const { replies } = this.#connection
    this.#connection.write(toMessage({ id, body }))
    await this.#connection.until(() => replies.at(-1)?.responseTo === id || !this.#connection.isOpen, HANG_MS)
    const last = replies.at(-1)
    replies.length = 0
    this.#remember(last?.body.get('cursor'))
    return last?.responseTo === id ? last.body : undefined
  }

  #remember(cursor: BsonValue | undefined): void {
    const token = isDocument(cursor) ? cursor.get('postBatchResumeToken') : undefined
    const text = isDocument(token) ? token.get('_data') : undefined
    if (typeof text === 'string') this.tokens.push(text)
    if (this.tokens.length > 8) this.tokens.shift()
  }

  /** Reads on from a cursor that a reply opened, then closes it. */
  async readOn(reply: BsonDocument, random: Random): Promise<void> {
    const cursor = reply.get('cursor')
    const id = isDocument(cursor) ? cursor.get('id') : undefined
    const namespace = isDocument(cursor) ? cursor.get('ns') : undefined
    if (!(id instanceof Long) || id.isZero() || typeof namespace !== 'string') return
    const dot = namespace.indexOf('.')
    const [db, collection] = [namespace.slice(0, dot), namespace.slice(dot + 1)]
    if (random.oneIn(2)) await this.command(doc({ getMore: id, collection, maxTimeMS: new Int32(1), $db: db }))
    await this.command(doc({ killCursors: collection, cursors: [id], $db: db }))
  }
}

/** A command as a person reads it, cut short. */
export function textOf(command: BsonDocument): string {
  const plain = (value: BsonValue): unknown => {
    if (isDocument(value)) return Object.fromEntries([...value].map(([name, each]) => [name, plain(each)]))
    if (Array.isArray(value)) return value.map(plain)
    return typeof value === 'object' && value !== null
      ? `${value.constructor.name}(${numberOf(value) || String(value)})`
      : value
  }
  return JSON.stringify(plain(command)).slice(0, 1500)
}
