import type { Msg } from '@nats-io/transport-node'
import { isErrorCode, RelayError } from '../../../errors.ts'
import { MAX_TOKEN_LENGTH, toShortToken } from '../../changes/tokens/short-token.ts'
import type { Nats } from '../connection.ts'
import { type PlacedMessage, readMessage, writeHeaders } from './message.ts'

/**
 * What an ingester says, several times a second and after each message that it wrote, of a log. Stored nowhere; true
 * whoever says it, also when it comes late.
 */
export type Mark = Progress | Trouble | Resignation

/** How far it is. */
export interface Progress {
  /** Who says so. */
  readonly by: string
  /** The place of the last message. */
  readonly seq: number
  /** The token that the last message reaches. */
  readonly last: string
  /** Nothing happened after `last`, up to this token. */
  readonly reached: string
  /** The last message, where it has just been written and is small: who has read all before needs not get it. */
  readonly message?: PlacedMessage | undefined
}

/** Why it does not get further. */
export interface Trouble {
  readonly by: string
  readonly error: RelayError
  /** Whether it tries again until it can, so that readers wait. */
  readonly isPassing: boolean
}

/** The one who has written it so far does not go on. */
export interface Resignation {
  readonly by: string
  readonly resigns: true
}

/** How large a message may be that a mark carries, in bytes. */
const CARRIED_BYTES = 65_536

/** Has the mark itself, where the rest is the message that it carries. */
const HEADER = 'Tailrace-Mark'

/** Says a mark to all who follow a log. */
export function publishMark(
  { connection, headers }: Pick<Nats, 'connection' | 'headers'>,
  to: string,
  mark: Mark,
): void {
  if ('error' in mark) {
    const { by, error, isPassing } = mark
    connection.publish(to, JSON.stringify({ by, isPassing, error: { code: error.code, message: error.message } }))
    return
  }
  const { message, ...said } = { message: undefined, ...mark }
  const rest = 'seq' in said ? { ...said, last: short(said.last), reached: short(said.reached) } : said
  if (message === undefined || message.data.length > CARRIED_BYTES) return connection.publish(to, JSON.stringify(rest))
  const carried = writeHeaders(headers(), message)
  carried.set(HEADER, JSON.stringify(rest))
  connection.publish(to, message.data, { headers: carried })
}

/** A long token written short, as in {@link writeHeaders}: what is said must fit a message. */
function short(token: string): string {
  return toShortToken(token, MAX_TOKEN_LENGTH)
}

/** Reads a mark, with the message that it carries; `undefined` for what is none. */
export function readMark(received: Msg): Mark | undefined {
  const { headers, data } = received
  const mark = parse(headers?.get(HEADER) || received.string())
  if (!mark || !('seq' in mark) || !headers?.has(HEADER)) return mark
  try {
    return { ...mark, message: readMessage(mark.seq, headers, data) }
  } catch {
    // of another version: who gets it from the log says so
    return mark
  }
}

function parse(text: string): Mark | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { by, seq, last, reached, resigns, error, isPassing } = value as Record<string, unknown>
  if (typeof by !== 'string') return undefined
  if (resigns === true) return { by, resigns }
  if (typeof seq === 'number' && typeof last === 'string' && typeof reached === 'string') {
    return { by, seq, last, reached }
  }
  const { code, message } = (error ?? {}) as Record<string, unknown>
  if (typeof code !== 'string' || typeof message !== 'string' || !isErrorCode(code)) return undefined
  return { by, error: new RelayError(code, message), isPassing: isPassing === true }
}
