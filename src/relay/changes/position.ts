import type { Timestamp } from 'bson'
import { type ServerToken, toTokenString } from './tokens/resume-token.ts'
import { isShortToken, timeOfShort } from './tokens/short-token.ts'
import { positionKey, timeToken } from './tokens/token-order.ts'

/** Where a change stream starts: just after a token, or with the first event at or after a cluster time. */
export type Position = { readonly after: ServerToken } | { readonly at: Timestamp }

/**
 * The options of `watch()` that open a stream at a position, or, where that is {@link shortPosition short}, just before
 * it.
 */
export function toWatchPosition(position: Position): { startAfter: ServerToken } | { startAtOperationTime: Timestamp } {
  if ('at' in position) return { startAtOperationTime: position.at }
  const short = shortPosition(position)
  if (short === undefined) return { startAfter: position.after }
  return { startAfter: new Map([['_data', timeToken(timeOfShort(short))]]) }
}

/** The short token of a position that is one; `undefined` for others. */
export function shortPosition(position: Position | undefined): string | undefined {
  const token = positionToken(position)
  return token !== undefined && isShortToken(token) ? token : undefined
}

/** A token string that stands for a position: where that is a mere cluster time, one that is made of it. */
export function tokenFor(position: Position): string {
  return positionToken(position) ?? timeToken(positionKey(position))
}

/** The token string to continue a subscription from this position; absent for a mere cluster time. */
export function positionToken(position: Position | undefined): string | undefined {
  return position && 'after' in position ? toTokenString(position.after) : undefined
}
