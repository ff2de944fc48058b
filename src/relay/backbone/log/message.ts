import type { MsgHdrs } from '@nats-io/transport-node'
import { type ErrorCode, isErrorCode, RelayError } from '../../../errors.ts'
import { type Part, readPart, splitDocuments, writePart } from '../parts.ts'
import { isOfEvent, MAX_TOKEN_LENGTH, toShortToken } from '../../changes/tokens/short-token.ts'

/**
 * What a message of a log is.
 *
 * - `origin`: here the log begins, or begins anew because all that was in it has expired
 * - `events`: events one after the other, as raw BSON
 * - `part`: a part of one event that is larger than a message may be; the last part is of the kind `events`
 * - `idle`: nothing has happened up to a position
 * - `gap`: what happened up to a position could not be had
 */
export type MessageKind = 'origin' | 'events' | 'part' | 'idle' | 'gap'

/**
 * One message of a log: everything that happened after `before`, up to `last`. That is what makes the log whole: what
 * is offered for the place after a message begins right after that message's `last`.
 */
export interface LogMessage extends Part {
  readonly kind: MessageKind
  /** The token that it begins after; empty for an origin. */
  readonly before: string
  /** The token that it reaches. Of a part that is not the last one: `before` again, as nothing is reached with it. */
  readonly last: string
  /** How many events it holds; 1 in parts. */
  readonly count: number
  /** Of a gap: why. */
  readonly error?: RelayError
}

/** A message with its place. */
export interface PlacedMessage extends LogMessage {
  readonly seq: number
}

/** One that is not written as this version writes them. */
export class UnreadableMessage extends Error {
  override readonly name = 'UnreadableMessage'
}

const KINDS: ReadonlySet<string> = new Set<MessageKind>(['origin', 'events', 'part', 'idle', 'gap'])

const NO_DATA = new Uint8Array()

/** A message without events. */
export function bareMessage(
  kind: 'origin' | 'idle' | 'gap',
  before: string,
  last: string,
  error?: RelayError,
): LogMessage {
  return { kind, before, last, data: NO_DATA, count: 0, part: 1, parts: 1, whole: '', ...(error ? { error } : {}) }
}

/**
 * Writes what is not in the data into headers. Tokens that are long, because the document key is part of them, are
 * written short: that stands for the same position.
 */
export function writeHeaders(headers: MsgHdrs, message: LogMessage): MsgHdrs {
  const { kind, before, last, count, error } = message
  headers.set('Tailrace-Kind', kind)
  headers.set('Tailrace-Before', toShortToken(before, MAX_TOKEN_LENGTH))
  headers.set('Tailrace-Last', toShortToken(last, MAX_TOKEN_LENGTH))
  if (count !== 0) headers.set('Tailrace-Count', String(count))
  writePart(headers, message)
  if (error) headers.set('Tailrace-Error', `${error.code} ${encodeURIComponent(error.message)}`)
  return headers
}

/** @throws UnreadableMessage for what no {@link writeHeaders} wrote */
export function readMessage(seq: number, headers: MsgHdrs, data: Uint8Array): PlacedMessage {
  const kind = headers.get('Tailrace-Kind')
  const part = readPart(headers, data)
  const count = Number(headers.get('Tailrace-Count') || 0)
  if (!isKind(kind) || !part || !(count >= 0)) {
    throw new UnreadableMessage(`Message ${seq} of the log is not one of this version`)
  }
  const [code = '', text = ''] = headers.get('Tailrace-Error').split(' ')
  const error = isErrorCode(code) ? new RelayError(code satisfies ErrorCode, decodeURIComponent(text)) : undefined
  const tokens = { before: headers.get('Tailrace-Before'), last: headers.get('Tailrace-Last') }
  return { seq, kind, ...tokens, count, ...part, ...(error ? { error } : {}) }
}

/**
 * The events of a message that is whole; they share its memory.
 *
 * @throws UnreadableMessage
 */
export function eventsOf({ seq, data, count }: PlacedMessage): Uint8Array[] {
  const events = splitDocuments(data)
  if (!events) throw new UnreadableMessage(`Message ${seq} of the log is cut off`)
  if (events.length !== count) throw new UnreadableMessage(`Message ${seq} of the log lacks events`)
  return events
}

/** Whether a position is after another one; either may be written short. */
export function isAfter(token: string, other: string): boolean {
  return token > other && !isSame(token, other)
}

/** Whether two tokens stand for the same position, however they are written. */
export function isSame(token: string, other: string): boolean {
  return isOfEvent(token, other) || isOfEvent(other, token)
}

function isKind(text: string): text is MessageKind {
  return KINDS.has(text)
}
