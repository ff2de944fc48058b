/** Options of {@link cached}. */
export interface CachedOptions {
  /** How old a value may be before the next look has it read again, in milliseconds. */
  readonly maxAgeMs: number
  readonly now: () => number
}

/** Gives the last value at once, and has it read again when it is old. A reader never waits, and no timer runs. */
export function cached<T>(read: () => Promise<T>, { maxAgeMs, now }: CachedOptions): () => T | undefined {
  let value: T | undefined
  let readAtMs = -Infinity
  return () => {
    if (now() - readAtMs >= maxAgeMs) {
      readAtMs = now()
      void read().then((result) => (value = result))
    }
    return value
  }
}
