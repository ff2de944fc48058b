import type { WatchOptions } from '../../src/client/index.ts'
import { readStart, MAX_LAST } from '../state/start.ts'
import type { View } from '../state/view.ts'

/** Where a watch starts. */
export type StartOptions = Pick<WatchOptions, 'last' | 'startAfter' | 'startAtOperationTime' | 'snapshot'>

/** How many of the last changes a fresh view starts with. */
const FIRST_LAST = 5

/** Gives the client's options for where a view starts; null where it says what cannot be read. */
export function toStartOptions({ from, where }: Pick<View, 'from' | 'where'>, nowMs: number): StartOptions | null {
  // the last ones are counted before the filter
  if (from === null) return { last: where === null ? FIRST_LAST : MAX_LAST }
  const start = readStart(from)
  switch (start?.kind) {
    case undefined:
      return null
    case 'now':
      return {}
    case 'last':
      return { last: start.count }
    case 'ago':
      return toTime(Math.floor(nowMs / 1000) - start.minutes * 60, 0)
    case 'at':
      return toTime(start.seconds, start.ordinal)
    case 'after':
      return { startAfter: start.token }
    case 'snapshot':
      return { snapshot: 'FIRST' }
  }
}

/** The option that starts at a cluster time. */
export function toTime(seconds: number, ordinal: number): StartOptions {
  // the relay refuses what is not a time of an operation
  const t = Math.max(1, Math.min(seconds, 0xffff_ffff))
  return { startAtOperationTime: `{"$timestamp": {"t": ${t}, "i": ${Math.min(ordinal, 0xffff_ffff)}}}` }
}
