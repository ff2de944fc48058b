import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import type { BsonDocument } from '../../../src/bson/values.ts'
import { crc32c } from '../../../src/engine/wire/crc32c.ts'

export const HEADER_BYTES = 16
export const OP_QUERY = 2004
export const OP_MSG = 2013
export const FLAG = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 1 << 16 } as const

/** What an OP_MSG is made of. */
export interface MessageParts {
  readonly id: number
  readonly body: BsonDocument
  /** Documents sent as sections of kind 1, by name. */
  readonly sequences?: ReadonlyMap<string, readonly BsonDocument[]>
  readonly flags?: number
}

/** A valid OP_MSG. Its checksum is right when its flags say that it has one. */
export function toMessage({ id, body, sequences = new Map(), flags = 0 }: MessageParts): Buffer {
  const sections = [Buffer.from([0]), encodeDocument(body)]
  for (const [name, documents] of sequences) {
    const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((each) => encodeDocument(each))])
    sections.push(Buffer.from([1]), int32(content.length + 4), content)
  }
  return finish(id, OP_MSG, Buffer.concat([int32(flags), ...sections]), (flags & FLAG.checksumPresent) !== 0)
}

/** A valid OP_QUERY on `namespace`. */
export function toQueryMessage(id: number, namespace: string, query: BsonDocument): Buffer {
  return finish(
    id,
    OP_QUERY,
    Buffer.concat([int32(0), Buffer.from(`${namespace}\0`), int32(0), int32(-1), encodeDocument(query)]),
    false,
  )
}

/** A message with any op code and any content behind its header. */
export function finish(id: number, opCode: number, content: Buffer, withChecksum: boolean): Buffer {
  const length = HEADER_BYTES + content.length + (withChecksum ? 4 : 0)
  const bytes = Buffer.concat([int32(length), int32(id), int32(0), int32(opCode), content])
  return withChecksum ? Buffer.concat([bytes, uint32(crc32c(bytes))]) : bytes
}

/** Corrects a message's length field, and its checksum where it has one. */
export function repair(message: Buffer): Buffer {
  const bytes = Buffer.from(message)
  if (bytes.length < HEADER_BYTES) return bytes
  bytes.writeInt32LE(bytes.length, 0)
  const hasChecksum = bytes.length >= 24 && bytes.readInt32LE(12) === OP_MSG && (bytes.readUInt32LE(16) & 1) === 1
  if (hasChecksum) bytes.writeUInt32LE(crc32c(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value | 0)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
