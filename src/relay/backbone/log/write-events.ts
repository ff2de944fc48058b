import { randomUUID } from 'node:crypto'
import type { Change } from '../../changes/change.ts'
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
  const data = Buffer.concat(changes.map(({ raw }) => raw))
  const parts = Math.ceil(data.length / maxPayload)
  if (parts <= 1) return [{ kind: 'events', before, last, data, count: changes.length, part: 1, parts: 1, whole: '' }]
  const whole = randomUUID()
  return Array.from({ length: parts }, (_, index): LogMessage => {
    const part = index + 1
    const isLast = part === parts
    const piece = data.subarray(index * maxPayload, part * maxPayload)
    const kind = isLast ? 'events' : 'part'
    return { kind, before, last: isLast ? last : before, data: piece, count: 1, part, parts, whole }
  })
}
