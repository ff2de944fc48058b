import { toChange } from '../../changes/to-change.ts'
import type { Change } from '../../changes/change.ts'
import { toLastingBytes } from '../../changes/unpooled-bytes.ts'
import { isOfEvent } from '../../changes/tokens/short-token.ts'
import { eventsOf, type PlacedMessage } from '../log/message.ts'

/** Puts together events that are in parts. */
export interface PartCollector {
  /**
   * Takes the next message of a log.
   *
   * @returns it, with the whole event where it is the last part; `'more'` where more parts follow; `'broken'` where
   *   those before it are missing, or belong to another one
   */
  take(message: PlacedMessage): PlacedMessage | 'more' | 'broken'
}

/** Begins between events. */
export function createPartCollector(): PartCollector {
  let parts: Uint8Array[] = []
  let current = ''
  return {
    take(message) {
      const { part, parts: count, whole } = message
      // who took over from one that stopped amidst an event begins with it again
      if (part === 1) {
        parts = []
        current = whole
      }
      if (count === 1) return message
      if (part !== parts.length + 1 || whole !== current) return 'broken'
      parts.push(message.data)
      if (part < count) return 'more'
      const data = Buffer.concat(parts)
      parts = []
      return { ...message, data, part: 1, parts: 1 }
    },
  }
}

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
