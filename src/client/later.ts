/**
 * The later one of two positions: the relay's own may be ahead of the last change received, where nothing matched, or
 * behind it, where it does not know that the change has arrived. The hex digits of tokens order as their events do.
 */
export function later(own: string | undefined, sent: unknown): string | undefined {
  return typeof sent === 'string' && (own === undefined || sent > own) ? sent : own
}
