import { decodeDocument } from '../../bson/codec/decode.ts'
import { encodeDocument, type EncodableDocument } from '../../bson/codec/encode.ts'
import { cstringEnd, documentLength } from '../../bson/codec/read.ts'
import { assertSize, MAX_SENT_BYTES } from '../../bson/codec/size.ts'
import type { BsonDocument } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { crc32c } from './crc32c.ts'
import { HEADER_BYTES, OP } from './header.ts'

/** The most statements or documents of one write command; `maxWriteBatchSize` of `hello`. */
export const MAX_WRITE_BATCH = 100_000

/** The error of a write command with no statement, or with too many. */
export function batchSizeError(count: number): CommandError {
  return new CommandError(
    'InvalidLength',
    `Write batch sizes must be between 1 and ${MAX_WRITE_BATCH}. Got ${count} operations.`,
  )
}

const FLAG = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 1 << 16 } as const
/** Flag bits 0 to 15 must be understood; the higher ones may be ignored. */
const KNOWN_REQUIRED_FLAGS = FLAG.checksumPresent | FLAG.moreToCome
const QUERY_FAILURE = 2

/** A request: one command, however it was framed. */
export interface Request {
  readonly requestId: number
  /** How it came, and so how it is answered. */
  readonly framing: 'msg' | 'query'
  /** The database that the command is for. */
  readonly db: string
  readonly body: BsonDocument
  /** The body's bytes, for commands that keep documents as they came. */
  readonly bodyBytes: Buffer
  /** Document sequences (sections of kind 1) by name, each document still encoded. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>
  /** The client waits for no answer. */
  readonly moreToCome: boolean
  /** The client takes a stream of answers to this one request. */
  readonly exhaustAllowed: boolean
}

/** A message that cannot be answered in kind: the connection is closed. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

/** The request id that a message's header carries, for answering it even when the rest cannot be read. */
export function requestIdOf(frame: Buffer): number {
  return frame.readInt32LE(4)
}

/** Whether the client waits for no answer to this message (`moreToCome`), not even when it cannot be read. */
export function isUnanswered(frame: Buffer): boolean {
  if (frame.readInt32LE(12) !== OP.msg || frame.length < HEADER_BYTES + 4) return false
  return (frame.readUInt32LE(HEADER_BYTES) & FLAG.moreToCome) !== 0
}

/**
 * Reads one whole message with a header that `messageLength` takes.
 * @throws ProtocolError when it is no message that a client may send, CommandError when its content is not valid BSON
 */
export function readRequest(frame: Buffer): Request {
  return frame.readInt32LE(12) === OP.msg ? readMsg(frame) : readQuery(frame)
}

function readMsg(frame: Buffer): Request {
  if (frame.length < HEADER_BYTES + 4 + 1) throw new ProtocolError('OP_MSG is cut short')
  const flags = frame.readUInt32LE(HEADER_BYTES)
  if ((flags & 0xffff & ~KNOWN_REQUIRED_FLAGS) !== 0) throw new ProtocolError(`OP_MSG flags ${flags} are not known`)
  const end = flags & FLAG.checksumPresent ? checkedEnd(frame) : frame.length
  const sequences = new Map<string, Buffer[]>()
  let bodyBytes: Buffer | undefined
  let at = HEADER_BYTES + 4
  while (at < end) {
    const kind = frame[at++]
    if (kind === 0) {
      if (bodyBytes) throw new ProtocolError('OP_MSG has two bodies')
      const length = takenLength(frame.subarray(0, end), at)
      bodyBytes = frame.subarray(at, at + length)
      at += length
    } else if (kind === 1) {
      at = readSequence(frame, at, end, sequences)
    } else throw new ProtocolError(`OP_MSG section kind ${String(kind)} is not known`)
  }
  if (!bodyBytes) throw new ProtocolError('OP_MSG has no body')
  const body = decodeDocument(bodyBytes)
  for (const name of sequences.keys()) {
    if (body.has(name)) throw new CommandError(40433, `Duplicate field between body and document sequence ${name}`)
  }
  return {
    requestId: requestIdOf(frame),
    framing: 'msg',
    db: stringField(body, '$db'),
    body,
    bodyBytes,
    sequences,
    moreToCome: (flags & FLAG.moreToCome) !== 0,
    exhaustAllowed: (flags & FLAG.exhaustAllowed) !== 0,
  }
}

/** @throws CommandError InvalidBSON, BSONObjectTooLarge */
function takenLength(bytes: Buffer, offset: number): number {
  const length = documentLength(bytes, offset)
  assertSize(length)
  return length
}

function checkedEnd(frame: Buffer): number {
  const end = frame.length - 4
  if (crc32c(frame.subarray(0, end)) !== frame.readUInt32LE(end))
    throw new ProtocolError('OP_MSG checksum does not match')
  return end
}

/** Reads a section of kind 1 and gives where it ends. */
function readSequence(frame: Buffer, start: number, end: number, sequences: Map<string, Buffer[]>): number {
  if (start + 4 > end) throw new ProtocolError('a document sequence is cut short')
  const sectionEnd = start + frame.readInt32LE(start)
  if (sectionEnd < start + 5 || sectionEnd > end) throw new ProtocolError('a document sequence is out of bounds')
  const section = frame.subarray(0, sectionEnd)
  const nameEnd = cstringEnd(section, start + 4, sectionEnd)
  const name = frame.toString('utf8', start + 4, nameEnd)
  if (sequences.has(name)) throw new CommandError(40431, `Duplicate document sequence ${name}`)
  const documents: Buffer[] = []
  let count = 0
  for (let at = nameEnd + 1; at < sectionEnd; count++) {
    const length = takenLength(section, at)
    // millions of empty ones would take many times the message's size
    if (count < MAX_WRITE_BATCH) documents.push(frame.subarray(at, at + length))
    at += length
  }
  if (count > MAX_WRITE_BATCH) throw batchSizeError(count)
  sequences.set(name, documents)
  return sectionEnd
}

/** OP_QUERY is what clients of any age send first, to find out whether the server speaks OP_MSG. */
function readQuery(frame: Buffer): Request {
  const nameAt = HEADER_BYTES + 4
  const nameEnd = cstringEnd(frame, nameAt, frame.length)
  const namespace = frame.toString('utf8', nameAt, nameEnd)
  const bodyAt = nameEnd + 1 + 8
  const bodyBytes = frame.subarray(bodyAt, bodyAt + takenLength(frame, bodyAt))
  const body = decodeDocument(bodyBytes)
  const wrapped = body.get('$query')
  if (!namespace.endsWith('.$cmd')) throw new CommandError(5739101, 'OP_QUERY is no longer supported')
  return {
    requestId: requestIdOf(frame),
    framing: 'query',
    db: namespace.slice(0, -'.$cmd'.length),
    body: wrapped instanceof Map ? wrapped : body,
    bodyBytes,
    sequences: new Map(),
    moreToCome: false,
    exhaustAllowed: false,
  }
}

function stringField(body: BsonDocument, name: string): string {
  const value = body.get(name)
  if (typeof value === 'string') return value
  throw new CommandError(40414, `BSON field 'OpMsgBody.${name}' is missing but a required field`)
}

/** What a reply is framed with. */
export interface ReplyFrame {
  readonly responseTo: number
  readonly requestId: number
  readonly framing: 'msg' | 'query'
  /** More replies to the same request follow. */
  readonly moreToCome?: boolean
}

/** What a reply may take beyond the largest document in it, in bytes. */
const REPLY_ALLOWANCE_BYTES = 16 * 1024

/**
 * Writes a reply in the framing of its request.
 * @throws CommandError BSONObjectTooLarge, Overflow when it cannot be sent
 */
export function writeReply(reply: EncodableDocument, frame: ReplyFrame): Buffer {
  const body = encodeDocument(reply)
  assertSize(body.length, MAX_SENT_BYTES + REPLY_ALLOWANCE_BYTES)
  return frame.framing === 'msg' ? writeMsg(body, frame) : writeOpReply(body, frame, reply.get('ok'))
}

function header(length: number, frame: ReplyFrame, opCode: number, extra: number): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES + extra)
  bytes.writeInt32LE(length, 0)
  bytes.writeInt32LE(frame.requestId, 4)
  bytes.writeInt32LE(frame.responseTo, 8)
  bytes.writeInt32LE(opCode, 12)
  return bytes
}

function writeMsg(body: Buffer, frame: ReplyFrame): Buffer {
  const head = header(HEADER_BYTES + 5 + body.length, frame, OP.msg, 5)
  head.writeUInt32LE(frame.moreToCome ? FLAG.moreToCome : 0, HEADER_BYTES)
  return Buffer.concat([head, body])
}

function writeOpReply(body: Buffer, frame: ReplyFrame, ok: unknown): Buffer {
  const head = header(HEADER_BYTES + 20 + body.length, frame, OP.reply, 20)
  const failed = typeof ok === 'object' && ok !== null && Number((ok as { value?: number }).value) !== 1
  head.writeInt32LE(failed ? QUERY_FAILURE : 0, HEADER_BYTES)
  head.writeInt32LE(1, HEADER_BYTES + 16)
  return Buffer.concat([head, body])
}
