import { toChange } from '../../changes/to-change.ts'
import type { Change } from '../../changes/change.ts'
import { toLastingBytes } from '../../changes/unpooled-bytes.ts'
import { isOfEvent } from '../../changes/tokens/short-token.ts'
import { type PlacedMessage, eventsOf, UnreadableMessage } from '../log/message.ts'

/** Puts together events that are in parts. */
export interface PartCollector {
  /**
   * Takes the next message of a log.
   *
   * @returns it, with the whole event where it is the last part; `undefined` where more parts follow
   * @throws UnreadableMessage where parts are missing
   */
  take(message: PlacedMessage): PlacedMessage | undefined
}

/** Begins between events. */
export function createPartCollector(): PartCollector {
  let parts: Uint8Array[] = []
  return {
    take(message) {
      const { part, parts: count, seq } = message
      // who took over from one that stopped amidst an event begins with it again
      if (part === 1) parts = []
      if (count === 1) return message
      if (part !== parts.length + 1)
        throw new UnreadableMessage(`Message ${seq} of the log is a part without the others`)
      parts.push(message.data)
      if (part < count) return undefined
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
