import { Double, isDocument, isNumber, toNumber, type BsonValue } from '../../../bson/values.ts'
import { countWork } from '../../../bson/work-budget.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../arguments.ts'
import type { ParseContext } from '../types.ts'
import type { Accumulator } from './types.ts'

/** The standard deviation of numbers, of a population (`0`) or a sample (`1`); null with too few. */
export function createDeviation(lost: 0 | 1): () => Accumulator {
  return () => {
    // Welford's method: one pass without cancellation
    let count = 0
    let mean = 0
    let squares = 0
    return {
      add: (value) => {
        if (!isNumber(value)) return
        const number = toNumber(value)
        count++
        const delta = number - mean
        mean += delta / count
        squares += delta * (number - mean)
      },
      result: () => (count - lost <= 0 ? null : new Double(Math.sqrt(squares / (count - lost)))),
    }
  }
}

/** What `$percentile` asks for. */
export interface PercentileSpec {
  readonly input: BsonValue
  /** Between 0 and 1. */
  readonly wanted: readonly number[]
}

/**
 * Reads the arguments of `$percentile`.
 * @throws CommandError 7436200, BadValue
 */
export function readPercentile(argument: BsonValue, context: ParseContext, name: string): PercentileSpec {
  const shape = { notObject: 7436200, unknown: 40415, fields: { input: 40414, method: 40414, p: 40414 } }
  const given = namedArguments(argument, name, shape)
  if (given.method !== 'approximate') {
    const text = "Currently only 'approximate' can be used as percentile 'method'."
    throw new CommandError('BadValue', text)
  }
  return { input: given.input ?? null, wanted: readFractions(context.compile(given.p ?? null)(EMPTY)) }
}

const EMPTY = { root: new Map(), variables: new Map() }

function readFractions(value: BsonValue | undefined): number[] {
  const items = Array.isArray(value) ? value : []
  const numbers = items.filter(isNumber).map(toNumber)
  if (items.length === 0 || numbers.length < items.length || numbers.some((number) => !(number >= 0 && number <= 1))) {
    throw new CommandError(
      isDocument(value) || !Array.isArray(value) ? 7750300 : 7750303,
      "The $percentile 'p' field must be an array of numbers from [0.0, 1.0]",
    )
  }
  return numbers
}

/**
 * Percentiles of the numbers, which the server gives exactly for lists of this kind of size: an element of the list
 * each.
 */
export function createPercentile({ wanted }: PercentileSpec): Accumulator {
  const numbers: number[] = []
  return {
    add: (value) => {
      if (isNumber(value)) numbers.push(toNumber(value))
    },
    result: () => {
      countWork(numbers.length)
      const sorted = numbers.toSorted((a, b) => a - b)
      return wanted.map((fraction) => {
        const number = sorted[Math.max(0, Math.ceil(sorted.length * fraction) - 1)]
        return number === undefined ? null : new Double(number)
      })
    },
  }
}
