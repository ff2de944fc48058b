import type { Change } from '../../changes/change.ts'
import { toParts } from '../parts.ts'
import type { LogMessage } from './message.ts'

/** How many events a message holds at most. */
const MAX_EVENTS = 512

/** How many bytes of events a message holds, unless it is one event. */
const MAX_BYTES = 262_144

/** Changes that wait to be written, in order. */
export interface PendingChanges {
  readonly bytes: number
  readonly isEmpty: boolean
  push(changes: readonly Change[]): void
  /**
   * Takes what the next messages hold: as many events as one message may, or the parts of one event that is larger than
   * a message may be.
   */
  take(before: string): LogMessage[]
}

/** @param maxPayload how large a message may be, in bytes, without its headers */
export function createPendingChanges(maxPayload: number): PendingChanges {
  let changes: Change[] = []
  let head = 0
  let bytes = 0
  const limit = Math.min(MAX_BYTES, maxPayload)

  return {
    get bytes() {
      return bytes
    },
    get isEmpty() {
      return head === changes.length
    },
    push(more) {
      for (const change of more) {
        changes.push(change)
        bytes += change.raw.length
      }
    },
    take(before) {
      const taken: Change[] = []
      let size = 0
      for (let next = changes[head]; next && taken.length < MAX_EVENTS; next = changes[head]) {
        if (taken.length > 0 && size + next.raw.length > limit) break
        taken.push(next)
        size += next.raw.length
        head++
      }
      bytes -= size
      if (head === changes.length || head > 4 * MAX_EVENTS) {
        changes = changes.slice(head)
        head = 0
      }
      return toMessages(taken, before, maxPayload)
    },
  }
}

function toMessages(changes: readonly Change[], before: string, maxPayload: number): LogMessage[] {
  const end = changes.at(-1)
  if (!end) return []
  const last = end.resumeToken
  const all = Buffer.concat(changes.map(({ raw }) => raw))
  return toParts(all, maxPayload).map((piece): LogMessage => {
    const isLast = piece.part === piece.parts
    const count = piece.parts === 1 ? changes.length : 1
    return { kind: isLast ? 'events' : 'part', before, last: isLast ? last : before, count, ...piece }
  })
}
