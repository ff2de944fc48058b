/** Options of {@link keptFresh}. */
export interface KeptFreshOptions {
  /** How old a value may be before the next look has it read again, in milliseconds. */
  readonly maxAgeMs: number
  readonly now: () => number
}

/** Gives the last value at once, and has it read again when it is old. Whoever looks never waits, and no timer runs. */
export function keptFresh<T>(read: () => Promise<T>, { maxAgeMs, now }: KeptFreshOptions): () => T | undefined {
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
