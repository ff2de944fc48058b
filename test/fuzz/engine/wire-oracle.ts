import { isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../src/bson/values.ts'
import { FLAG, HEADER_BYTES, OP_MSG, OP_QUERY } from './message.ts'
import type { ReceivedReply } from './raw-connection.ts'

/** Whether a reply says that its command was done. */
export function isOk(body: BsonDocument): boolean {
  return numberOf(body.get('ok')) === 1
}

/** A number of any BSON type as one of JavaScript; NaN for anything else. */
export function numberOf(value: BsonValue | undefined): number {
  return isNumber(value) ? toNumber(value) : NaN
}

const MAX_MESSAGE_BYTES = 48_000_000

/** What a stream of bytes is to a server: the messages in it by their length fields, and how it ends. */
export interface StreamReading {
  /** The request ids that are to be answered, in their order, unless the connection is closed before. */
  readonly answered: readonly number[]
  /** Ids of requests that may be answered by a stream of replies. */
  readonly mayStream: ReadonlySet<number>
  /** The bytes that the last message lacks; 0 when it is whole. */
  readonly missing: number
  /** A header cannot be right: nothing but closing is left. */
  readonly mustClose: boolean
}

/** Reads a stream by the headers alone, as the protocol says. */
export function readStream(bytes: Buffer): StreamReading {
  const answered: number[] = []
  const mayStream = new Set<number>()
  let at = 0
  while (at + 4 <= bytes.length) {
    const length = bytes.readInt32LE(at)
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) return { answered, mayStream, missing: 0, mustClose: true }
    const opCode = at + HEADER_BYTES <= bytes.length ? bytes.readInt32LE(at + 12) : OP_MSG
    if (opCode !== OP_MSG && opCode !== OP_QUERY) return { answered, mayStream, missing: 0, mustClose: true }
    if (at + length > bytes.length)
      return { answered, mayStream, missing: at + length - bytes.length, mustClose: false }
    const message = bytes.subarray(at, at + length)
    const flags = message.readInt32LE(12) === OP_MSG && length >= 20 ? message.readUInt32LE(16) : 0
    const id = message.readInt32LE(4)
    if ((flags & FLAG.moreToCome) === 0) answered.push(id)
    if ((flags & FLAG.exhaustAllowed) !== 0) mayStream.add(id)
    at += length
  }
  return { answered, mayStream, missing: at === bytes.length ? 0 : 4 - (bytes.length - at), mustClose: false }
}

/** What is wrong with the replies to a stream; undefined when they are what they may be. */
export function judgeReplies(
  reading: StreamReading,
  replies: readonly ReceivedReply[],
  stillOpen: boolean,
): string | undefined {
  for (const [i, reply] of replies.entries()) {
    const expected = reading.answered[i]
    if (reply.responseTo !== expected) {
      const before = replies[i - 1]
      // a stream of replies goes on until the client leaves
      if (before?.moreToCome) return undefined
      return `reply ${i} answers ${reply.responseTo}, not ${String(expected)}`
    }
    if (reply.moreToCome && !reading.mayStream.has(reply.responseTo)) return `reply ${i} streams unasked`
    const problem = judgeBody(reply)
    if (problem) return problem
  }
  if (stillOpen && replies.length < reading.answered.length)
    return `${replies.length} of ${reading.answered.length} answered`
  return undefined
}

/** What is wrong with a reply's document; undefined when nothing is. */
export function judgeBody({ body }: Pick<ReceivedReply, 'body'>): string | undefined {
  if (isOk(body)) return undefined
  if (numberOf(body.get('ok')) !== 0) return `a reply without ok: ${[...body.keys()].join()}`
  if (numberOf(body.get('code')) === 1) return `InternalError: ${String(body.get('errmsg'))}`
  return typeof body.get('errmsg') === 'string' ? undefined : 'an error reply without errmsg'
}
