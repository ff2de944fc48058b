import { compareValues } from '../../../bson/compare.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { type BsonValue, isNumber } from '../../../bson/values.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Accumulator } from './types.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'

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

/** What `$firstN`, `$lastN`, `$minN` and `$maxN` take. */
export const N_ARGUMENTS = { notObject: 5787900, unknown: 5787901, fields: { n: 5787906, input: 5787907 } }

/**
 * Checks how many values an operator shall give.
 * @throws CommandError 5787902, 5787903 or 5787908
 */
export function readN(value: BsonValue | undefined): number {
  const n = isNumber(value) ? wholeNumber(value) : undefined
  if (n === undefined) {
    const code = isNumber(value) ? 5787903 : 5787902
    throw new CommandError(code, `Value for 'n' must be of integral type, but found ${describe(value)}`)
  }
  if (n > 0) return n
  throw new CommandError(5787908, `'n' must be greater than 0, found ${n}`)
}
