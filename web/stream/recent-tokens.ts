/**
 * Remembers the newest resume tokens, so that a change the relay remembers and the page has shown is not shown again.
 *
 * @param limit how many are remembered; beyond it the oldest is forgotten. At least what one `last` can bring back.
 */
export function createRecentTokens(limit: number): { add(token: string): boolean } {
  const tokens = new Set<string>()
  return {
    /** Remembers a token; gives whether it is new. */
    add(token) {
      if (tokens.has(token)) return false
      tokens.add(token)
      // a Set iterates in the order of insertion: the first is the oldest
      for (const oldest of tokens) {
        if (tokens.size <= limit) break
        tokens.delete(oldest)
      }
      return true
    },
  }
}
