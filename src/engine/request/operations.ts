import { encodeDocument } from '../../bson/codec/encode.ts'
import { doc } from '../../bson/values.ts'
import type { ClientConnection } from './command.ts'
import type { Request } from '../wire/message.ts'

/** A command that is under way. */
export interface Operation {
  readonly id: number
  readonly connection: ClientConnection
  readonly request: Request
  /** When it began, by a clock that is never set, in milliseconds. */
  readonly startedAt: number
}

/** The longest command that is shown as it is, in bytes: what is kept of it must not cost more than it did. */
const MAX_SHOWN_BYTES = 64 * 1024

/** What is shown of a request's command, encoded: a copy, or how long it is. */
export function shownCommand({ bodyBytes, body }: Request): Buffer {
  if (bodyBytes.length <= MAX_SHOWN_BYTES) return Buffer.from(bodyBytes)
  const [name = '', target] = [...body][0] ?? []
  return encodeDocument(
    doc({ $truncated: `${name} ${String(target)}: ${bodyBytes.length} bytes`, $db: body.get('$db') }),
  )
}

/** The commands that are under way, for `$currentOp`. Cost: an entry for each while it runs. */
export class Operations {
  readonly #running = new Set<Operation>()
  readonly #now: () => number
  #lastId = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Those under way at this moment. */
  list(): Operation[] {
    return [...this.#running]
  }

  /** Gives what `run` gives; until that has settled, it is under way. */
  async during<T>(connection: ClientConnection, request: Request, run: () => Promise<T>): Promise<T> {
    // a 32-bit integer to clients
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1
    const operation: Operation = { id: this.#lastId, connection, request, startedAt: this.#now() }
    this.#running.add(operation)
    try {
      return await run()
    } finally {
      this.#running.delete(operation)
    }
  }
}
