/** Begins the tokens of callers who may not see everything, in which nothing shows. */
const SEALED = 'sealed.'

/**
 * The later one of two positions: the relay's own may be ahead of the last change received, where nothing matched, or
 * behind it, where it does not know that the change has arrived. The hex digits of tokens order as their events do.
 * Sealed ones have no order: then the last change received counts, after which nothing is twice.
 */
export function later(own: string | undefined, sent: unknown): string | undefined {
  if (typeof sent !== 'string') return own
  if (own === undefined) return sent
  return !own.startsWith(SEALED) && !sent.startsWith(SEALED) && sent > own ? sent : own
}
