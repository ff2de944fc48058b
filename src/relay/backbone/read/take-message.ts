import { toChange } from '../../changes/to-change.ts'
import type { Change } from '../../changes/change.ts'
import { toLastingBytes } from '../../changes/unpooled-bytes.ts'
import { isOfEvent } from '../../changes/tokens/short-token.ts'
import { eventsOf, type PlacedMessage } from '../log/message.ts'

/** The changes of a message that are after a position, in memory of their own. */
export function changesAfter(message: PlacedMessage, key: string): Change[] {
  const changes = toLastingBytes(eventsOf(message)).map(toChange)
  return changes.filter(({ resumeToken }) => resumeToken > key && !isOfEvent(key, resumeToken))
}

/** Whether a message proves that a token is one of the log's. */
export function proves(message: PlacedMessage, key: string): boolean {
  const { before, last, count } = message
  if (isOfEvent(key, before) || isOfEvent(before, key)) return true
  if (count === 0) return isOfEvent(key, last)
  return eventsOf(message).some((bytes) => isOfEvent(key, toChange(bytes).resumeToken))
}
