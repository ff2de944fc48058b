import { compareValues } from '../../../bson/compare.ts'
import { toKey } from '../../../bson/key.ts'
import { Int32, isNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import type { Maybe } from '../arguments.ts'
import { divide } from '../numeric/arithmetic.ts'
import { NumberSum } from '../numeric/sum.ts'
import { mergeInto } from '../operators/object.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Accumulator } from './types.ts'
import { CommandError } from '../../../bson/command-error.ts'

/** Sums numbers; other values count nothing. */
export function createSum(): Accumulator {
  const sum = new NumberSum()
  return {
    add: (value) => {
      if (isNumber(value)) sum.add(value)
    },
    result: () => sum.value(),
  }
}

/** Averages numbers, as a double or a decimal; null without any. */
export function createAverage(): Accumulator {
  const sum = new NumberSum()
  let count = 0
  return {
    add: (value) => {
      if (!isNumber(value)) return
      sum.add(value)
      count++
    },
    result: () => (count === 0 ? null : divide(sum.wide(), new Int32(count))),
  }
}

/** Keeps the least (`-1`) or the greatest (`1`) value of any type but null; null without any. */
export function createExtreme(sign: 1 | -1): () => Accumulator {
  return () => {
    let extreme: Maybe
    return {
      add: (value) => {
        if (isNullish(value)) return
        if (extreme === undefined || compareValues(value, extreme) * sign > 0) extreme = value
      },
      result: () => (extreme === undefined ? null : extreme),
    }
  }
}

/** Keeps the first value. */
export function createFirst(): Accumulator {
  let first: Maybe
  let seen = false
  return {
    add: (value) => {
      if (!seen) first = value
      seen = true
    },
    result: () => first,
  }
}

/** Keeps the last value. */
export function createLast(): Accumulator {
  let last: Maybe
  return { add: (value) => (last = value), result: () => last }
}

/** Gathers all values but missing ones. */
export function createPush(): Accumulator {
  const values: BsonValue[] = []
  return {
    add: (value) => {
      if (value === undefined) return
      assertArrayLength(values.length + 1, '$push')
      values.push(value)
    },
    result: () => [...values],
  }
}

/** Gathers values that differ. */
export function createSet(): Accumulator {
  const values = new Map<string, BsonValue>()
  return {
    add: (value) => {
      if (value === undefined) return
      const key = toKey(value)
      if (!values.has(key)) values.set(key, value)
    },
    result: () => [...values.values()],
  }
}

/** Merges documents, later fields over earlier ones. */
export function createMerge(): Accumulator {
  const merged: BsonDocument = new Map()
  return { add: (value) => mergeInto(merged, value), result: () => new Map(merged) }
}

/** How many elements an operator may make an array of: what fits the memory that a server allows it. */
const MAX_ELEMENTS = 6_553_600

/**
 * Keeps an operator from making an array that does not fit the memory.
 * @throws CommandError ExceededMemoryLimit
 */
export function assertArrayLength(length: number, operator: string): void {
  if (length <= MAX_ELEMENTS) return
  throw new CommandError('ExceededMemoryLimit', `${operator} would use too much memory (${length} elements)`)
}
