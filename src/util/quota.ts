/** Counts what is taken under each key, up to a limit that is the same for all keys. */
export interface Quota {
  /** How much one key may have at a time. */
  readonly max: number
  /**
   * Takes one; gives the function that gives it back, which is idempotent, or `undefined` when the key has all it may.
   */
  take(key: string): (() => void) | undefined
  /** How much a key has now. */
  taken(key: string): number
}

/** A quota of `max` per key, nothing taken. Cost: one entry for each key that has something. */
export function createQuota(max: number): Quota {
  const counts = new Map<string, number>()
  const taken = (key: string) => counts.get(key) ?? 0

  return {
    max,
    taken,
    take(key) {
      const count = taken(key)
      if (count >= max) return undefined
      counts.set(key, count + 1)
      let isBack = false
      return () => {
        if (isBack) return
        isBack = true
        const left = taken(key) - 1
        if (left > 0) counts.set(key, left)
        else counts.delete(key)
      }
    },
  }
}
