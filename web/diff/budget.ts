/** How much may still be looked at, so that huge documents cost no more than large ones. */
export class Budget {
  #left: number

  constructor(steps: number) {
    this.#left = steps
  }

  /** Whether there was too much to look at. */
  get isSpent(): boolean {
    return this.#left <= 0
  }

  /** Takes some steps; false when they are used up. */
  take(steps = 1): boolean {
    this.#left -= steps
    return this.#left > 0
  }
}
