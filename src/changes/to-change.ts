import type { Change, ChangeEvent } from './change.ts'
import { decodeDocument } from './decode.ts'
import { toTokenString } from './resume-token.ts'

/**
 * Decodes an event that a server sent. `raw` is kept as it is: pass a copy of bytes that belong to a larger buffer.
 *
 * @throws RangeError for bytes that are no BSON, which no server sends
 */
export function toChange(raw: Uint8Array): Change {
  // every event has what the type says
  const event = decodeDocument(raw) as ChangeEvent
  return { resumeToken: toTokenString(event._id), event, raw }
}
