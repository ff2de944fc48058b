import { compareValues } from '../../../bson/compare.ts'
import { countWork } from '../../../bson/work-budget.ts'
import type { BsonValue } from '../../../bson/values.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Accumulator } from './types.ts'

/** Keeps the first `n` values; missing ones as null. */
export function createFirstN(n: number): Accumulator {
  const values: BsonValue[] = []
  return {
    add: (value) => {
      if (values.length < n) values.push(value === undefined ? null : value)
    },
    result: () => [...values],
  }
}

/** Keeps the last `n` values; missing ones as null. */
export function createLastN(n: number): Accumulator {
  const values: BsonValue[] = []
  return {
    add: (value) => {
      values.push(value === undefined ? null : value)
      // cut now and then, not at every value
      if (values.length > 2 * n) values.splice(0, values.length - n)
    },
    result: () => values.slice(-n),
  }
}

/** Keeps the `n` least (`1`) or greatest (`-1`) values but null ones, in that order. */
export function createExtremeN(n: number, sign: 1 | -1): Accumulator {
  const ranking = new Ranking<BsonValue>(n, (a, b) => compareValues(a, b) * sign)
  return {
    add: (value) => {
      if (!isNullish(value)) ranking.add(value)
    },
    result: () => [...ranking.items],
  }
}

/** Items of a list that are moved in one step of work. */
const MOVED_PER_STEP = 256

/** The `n` first of many items in an order; of equal ones the earliest come first. Cost: log n comparisons per item. */
export class Ranking<T> {
  readonly items: T[] = []
  readonly #n: number
  readonly #order: (a: T, b: T) => number

  constructor(n: number, order: (a: T, b: T) => number) {
    this.#n = n
    this.#order = order
  }

  add(item: T): void {
    let low = 0
    let high = this.items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#order(this.items[middle] as T, item) <= 0) low = middle + 1
      else high = middle
    }
    if (low >= this.#n) return
    // what is behind is moved
    countWork(1 + Math.floor((this.items.length - low) / MOVED_PER_STEP))
    this.items.splice(low, 0, item)
    if (this.items.length > this.#n) this.items.pop()
  }
}
