/** Choices that a seed repeats. Not for secrets. */
export class Random {
  readonly #next: () => number

  /** @param from a seed, or where whole numbers from 0 to 2³² − 1 come from */
  constructor(from: number | (() => number)) {
    this.#next = typeof from === 'number' ? mulberry32(from) : from
  }

  /** The numbers of one input of a run: they depend on the run's seed and the input's number alone. */
  static of(seed: number, input: number): Random {
    return new Random(Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(input + 1, 0xc2b2_ae35))
  }

  /** Choices of its own for some purpose, so that one consumer's pace does not change another's. */
  fork(): Random {
    return new Random(this.uint32())
  }

  /** A whole number from 0 to 2³² − 1. */
  uint32(): number {
    return this.#next()
  }

  /** A number from 0 (inclusive) to 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return this.uint32() % Math.max(1, count)
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }

  /** True in one of `times` cases. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  /** One of the values. */
  pick<T>(values: readonly [T, ...T[]] | readonly T[]): T {
    // an index below the length; what is picked from is not empty
    return values[this.below(values.length)] as T
  }

  /** A list of at most `most` values. */
  several<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make)
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let at = 0; at < length; at++) bytes[at] = this.below(256)
    return bytes
  }
}

/** @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md mulberry32 */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
