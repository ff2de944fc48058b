import { Binary, Timestamp, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { KeyStringReader } from './key-string-reader.ts'
import { KeyStringWriter } from './key-string.ts'

/** The version of the token format: the one that carries the operation type. */
const VERSION = 2
/** What kind of position a token stands for. The numbers order a high-water mark before the events of its time. */
const TOKEN_TYPE = { highWaterMark: 0, event: 128 } as const

/** A position in a change stream. */
export interface ResumeToken {
  readonly time: Timestamp
  readonly kind: keyof typeof TOKEN_TYPE
  /** The event's position in its transaction. */
  readonly index: number
  /** The token of an `invalidate` event: just after the event that caused it. */
  readonly fromInvalidate: boolean
  /** The collection's UUID; absent for high-water marks and events without a collection. */
  readonly uuid?: Buffer
  /** What identifies the event among those of the same time and index. */
  readonly event?: BsonDocument
}

/**
 * A token as MongoDB writes it: the KeyString of time, version, token type, index, `fromInvalidate`, UUID and event, in
 * upper-case hex. Tokens order as strings.
 * @see https://github.com/mongodb/mongo/blob/master/src/mongo/db/pipeline/resume_token.h
 */
export function toTokenString(token: ResumeToken): string {
  const writer = new KeyStringWriter()
  writer.timestamp(token.time)
  writer.integer(VERSION)
  writer.integer(TOKEN_TYPE[token.kind])
  writer.integer(token.index)
  writer.boolean(token.fromInvalidate)
  if (token.kind === 'event') {
    if (token.uuid) writer.value(new Binary(token.uuid, Binary.SUBTYPE_UUID))
    else writer.value(null)
    writer.value(token.event ?? new Map())
  }
  return writer.finish()
}

/** A token that was read: without the event's identity, but with the string that it was read from for comparing. */
export interface ParsedToken extends Omit<ResumeToken, 'event'> {
  readonly text: string
}

/**
 * Reads a token that a client brought.
 * @throws CommandError 40647 when it has no `_data` string, FailedToParse when that is not hex, 15, 50811 and others as
 *   the server when its content is malformed
 */
export function readToken(document: BsonDocument): ParsedToken {
  const text = document.get('_data')
  if (text instanceof Binary) throw new CommandError(40647, 'Bad resume token: binary resume tokens are not supported')
  if (typeof text !== 'string') {
    throw new CommandError(40647, 'Bad resume token: _data of missing or of wrong type. Expected string')
  }
  if (!/^([0-9a-f]{2})*$/i.test(text))
    throw new CommandError('FailedToParse', 'resume token string was not a valid hex string')
  if (text === '') throw new CommandError(40649, 'invalid empty resume token')
  const reader = new KeyStringReader(Buffer.from(text, 'hex'))
  const time = reader.next()
  if (!(time instanceof Timestamp)) throw new CommandError(50811, 'Invalid resume token: no cluster time')
  const version = integer(reader.next())
  if (version !== 1 && version !== VERSION) throw new CommandError(50795, 'Invalid resume token: unsupported version')
  const kind = integer(reader.next())
  const index = integer(reader.next())
  const fromInvalidate = reader.next()
  if (kind !== TOKEN_TYPE.highWaterMark && kind !== TOKEN_TYPE.event) {
    throw new CommandError(51055, 'Resume Token type is invalid')
  }
  if (typeof fromInvalidate !== 'boolean')
    throw new CommandError(50811, 'Resume Token has the wrong type of fromInvalidate')
  const base = { text: text.toUpperCase(), time, index, fromInvalidate }
  if (kind === TOKEN_TYPE.highWaterMark) return { ...base, kind: 'highWaterMark' }
  const uuid = reader.atEnd ? undefined : reader.next()
  return {
    ...base,
    kind: 'event',
    ...(uuid instanceof Binary ? { uuid: Buffer.from(uuid.buffer) } : {}),
  }
}

function integer(value: BsonValue): number {
  if (typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number')
    return value.value
  throw new CommandError(50790, 'Resume Token is missing a number')
}
