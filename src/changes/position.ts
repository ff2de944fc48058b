import type { Timestamp } from 'bson'
import type { ServerToken } from './resume-token.ts'
import { toTokenString } from './resume-token.ts'

/** Where a change stream starts: just after a token, or with the first event at or after a cluster time. */
export type Position = { readonly after: ServerToken } | { readonly at: Timestamp }

/** The options of `watch()` that open a stream at a position. */
export function toWatchPosition(position: Position): { startAfter: ServerToken } | { startAtOperationTime: Timestamp } {
  return 'after' in position ? { startAfter: position.after } : { startAtOperationTime: position.at }
}

/** The token string to continue a subscription from this position; absent for a mere cluster time. */
export function positionToken(position: Position | undefined): string | undefined {
  return position && 'after' in position ? toTokenString(position.after) : undefined
}
