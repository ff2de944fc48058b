import { type Position, tokenFor } from '../../changes/position.ts'
import { positionKey } from '../../changes/tokens/token-order.ts'
import type { LogAccess } from '../log/log-access.ts'
import { isAfter, type PlacedMessage } from '../log/message.ts'
import { passing } from '../passing.ts'

/**
 * Where reading begins.
 *
 * - `at`: the place of the first message that reaches the position, or of the one after the last
 * - `older`: the log begins after the position, at `beginning`
 */
export type Location =
  { readonly type: 'at'; readonly seq: number } | { readonly type: 'older'; readonly beginning: string }

/**
 * Finds a position in a log by bisection. **Cost**: some 1 + log2(messages) gets, one after the other.
 *
 * @param first the first message that there is
 * @throws Passing where a replica that is asked lacks messages
 */
export async function locate(log: LogAccess, first: PlacedMessage, position: Position): Promise<Location> {
  const beginning = beginningOf(first)
  if (isBefore(position, beginning)) return { type: 'older', beginning }
  const key = positionKey(position)
  const last = (await log.last()) ?? first
  if (isAfter(key, last.last)) return { type: 'at', seq: last.seq + 1 }
  // the first place from which on the first message reaches the position: some may have been deleted
  let low = first.seq
  let high = last.seq
  let found = last
  while (low < high) {
    const middle = (low + high) >>> 1
    const message = await log.from(middle)
    // some replica has not got yet what another one has
    if (!message) throw passing('The event backbone is behind')
    if (isAfter(key, message.last)) low = message.seq + 1
    else {
      high = middle
      found = message
    }
  }
  return { type: 'at', seq: firstPartOf(found) }
}

/** Whether a position is before a token. A cluster time is not before the token that servers make of it. */
export function isBefore(position: Position, token: string): boolean {
  return isAfter(token, tokenFor(position).toUpperCase())
}

/** The token after which everything is in a log that begins with a message. */
function beginningOf(first: PlacedMessage): string {
  return first.kind === 'origin' || first.kind === 'gap' ? first.last : first.before
}

// the parts of an event follow each other
function firstPartOf({ seq, part }: PlacedMessage): number {
  return Math.max(1, seq - part + 1)
}
