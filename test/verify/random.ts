/** A stream of numbers that a seed determines. */
export interface Random {
  /** From 0 (inclusive) to 1. */
  next(): number
  /** A whole number from 0 (inclusive) to `limit`. */
  below(limit: number): number
  pick<T>(values: readonly [T, ...T[]]): T
  /** A stream of its own for some purpose, so that one consumer's pace does not change another's numbers. */
  fork(): Random
}

/** Creates a stream of numbers from a seed: mulberry32, small and good enough for schedules. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const random: Random = {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
    },
    below: (limit) => Math.floor(random.next() * limit),
    pick: (values) => values[random.below(values.length)] ?? values[0],
    fork: () => createRandom(random.below(2 ** 31)),
  }
  return random
}
