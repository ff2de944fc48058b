import { encodeDocument } from '../../bson/codec/encode.ts'
import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import type { BsonDocument } from '../../bson/values.ts'
import type { Change } from './change.ts'
import { toTokenString } from './tokens/resume-token.ts'

/** The bytes of an event that was made here are not what a server sent. */
const NO_BYTES = new Uint8Array()

/**
 * An event that a server sent; `raw` is kept as it is: pass a copy of bytes that belong to a larger buffer.
 *
 * **Cost**: finds and decodes the resume token alone.
 *
 * @throws CommandError InvalidBSON for bytes that are not BSON, which no server sends
 */
export function toChange(raw: Uint8Array): Change {
  const event = new LazyDocument(raw)
  return { resumeToken: toTokenString(event.value('_id')), event, raw }
}

/** An event that was made here, such as one with fewer fields. Its first field says the position once more. */
export function madeChange(resumeToken: string, fields: BsonDocument): Change {
  const id: BsonDocument = new Map([['_data', resumeToken]])
  const event: BsonDocument = new Map([['_id', id], ...fields])
  // in place of what the fields may hold
  event.set('_id', id)
  return { resumeToken, event: new LazyDocument(encodeDocument(event)), raw: NO_BYTES }
}
