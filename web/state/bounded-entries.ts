import type { Entry } from './change-log.ts'

/** What may be kept. */
export interface Bounds {
  readonly maxEntries: number
  readonly maxWeight: number
}

/** How many entries too many there may be for a while: an array gives up its first items at the cost of all others. */
const SLACK = 1_000

/** The newest entries, oldest first, within bounds; the newest one is kept whatever it weighs. */
export class BoundedEntries {
  readonly #bounds: Bounds
  #entries: Entry[] = []
  #weight = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** To be read at once: the array is the one that entries are added to. */
  get entries(): readonly Entry[] {
    this.#trim()
    return this.#entries
  }

  /** Whether there is no room for more. */
  get isFull(): boolean {
    const { maxEntries, maxWeight } = this.#bounds
    return this.#entries.length >= maxEntries || this.#weight >= maxWeight
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
    this.#weight += entry.weight
    const { maxEntries, maxWeight } = this.#bounds
    if (this.#entries.length > maxEntries + SLACK || this.#weight > maxWeight * 1.25) this.#trim()
  }

  /** Puts older entries before the others, as many of the newest of them as there is room for. */
  unshift(entries: readonly Entry[]): void {
    const had = this.#entries
    this.#entries = [...entries, ...had]
    for (const { weight } of entries) this.#weight += weight
    this.#trim()
  }

  clear(): void {
    this.#entries = []
    this.#weight = 0
  }

  #trim(): void {
    const { maxEntries, maxWeight } = this.#bounds
    let start = Math.max(0, this.#entries.length - maxEntries)
    for (let index = 0; index < start; index++) this.#weight -= this.#entries[index]?.weight ?? 0
    while (this.#weight > maxWeight && start < this.#entries.length - 1) {
      this.#weight -= this.#entries[start]?.weight ?? 0
      start += 1
    }
    if (start > 0) this.#entries.splice(0, start)
  }
}
