import { namedArguments } from '../../expressions/arguments.ts'
import { Int32, isDocument, isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { createScope } from '../../expressions/expression.ts'
import { wholeInt } from '../../expressions/numeric/integers.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { Window } from './bounds.ts'
import { compileLinearFill } from './linear-fill.ts'
import type { WindowFunction, WindowSetting } from './functions.ts'
import { compileMovingAverage } from './moving-average.ts'
import { compileCovariance, compileDerivative, compileIntegral } from './rates.ts'

/** A window function that depends on the order of rows. */
export interface OrderFunction {
  readonly takesWindow: boolean
  readonly compile: (argument: BsonValue, setting: WindowSetting, name: string, window: Window) => WindowFunction
}

type Numbering = (position: number, tie: boolean) => number

function numbering(start: () => Numbering, single: boolean): OrderFunction {
  return {
    takesWindow: false,
    compile: (argument, { sortBy }, name) => {
      if (!isDocument(argument) || argument.size > 0) {
        throw new CommandError(5371603, `${name} must be specified with '{}' as the value`)
      }
      if (sortBy === undefined || (single && sortBy.size !== 1)) {
        const text = `${name} must be specified with a top level sortBy expression with exactly one element`
        throw new CommandError(5371602, text)
      }
      return (partition) => {
        const next = start()
        return partition.rows.map((_, position) => new Int32(next(position, partition.isTie(position))))
      }
    },
  }
}

function startRank(): Numbering {
  let rank = 1
  return (position, tie) => (tie ? rank : (rank = position + 1))
}

function startDenseRank(): Numbering {
  let rank = 0
  return (_, tie) => (tie ? rank : ++rank)
}

const shift: OrderFunction = {
  takesWindow: false,
  compile: (argument, { context, sortBy }) => {
    const given = namedArguments(argument, {
      notObject: ['FailedToParse', 'Argument to $shift must be an object'],
      unknown: ['FailedToParse', 'Unknown argument in $shift: '],
      fields: {
        output: ['FailedToParse', '$shift requires an output expression.'],
        by: ['FailedToParse', "'$shift requires 'by' as an integer value."],
        default: 'optional',
      },
    })
    if (sortBy === undefined) throw new CommandError('FailedToParse', "'$shift' requires a sortBy")
    const by = isNumber(given.by) ? wholeInt(given.by) : undefined
    if (by === undefined) throw new CommandError('FailedToParse', "'$shift:by' field must be an integer")
    const output = context.compile(given.output ?? null)
    // a constant: it does not depend on a row
    const fallback = context.compile(given.default ?? null)(createScope(new Map()))
    return (partition, scope) =>
      partition.rows.map((_, position) => {
        const row = partition.rows[position + by]
        const value = row === undefined ? fallback : output(scope(row))
        return value === undefined ? null : value
      })
  },
}

const lastObservation: OrderFunction = {
  takesWindow: false,
  compile: (argument, { context }) => {
    const input = context.compile(argument)
    return (partition, scope) => {
      let last: BsonValue = null
      return partition.rows.map((row) => {
        const value = input(scope(row))
        if (!isNullish(value)) last = value
        return last
      })
    }
  },
}

/** Window functions beside the accumulators, by name. */
export const ORDER_FUNCTIONS: ReadonlyMap<string, OrderFunction> = new Map([
  ['$rank', numbering(startRank, true)],
  ['$denseRank', numbering(startDenseRank, true)],
  ['$documentNumber', numbering(() => (position) => position + 1, false)],
  ['$shift', shift],
  ['$locf', lastObservation],
  ['$linearFill', { takesWindow: false, compile: compileLinearFill }],
  ['$expMovingAvg', { takesWindow: false, compile: compileMovingAverage }],
  ['$derivative', { takesWindow: true, compile: compileDerivative }],
  ['$integral', { takesWindow: true, compile: compileIntegral }],
  ['$covariancePop', { takesWindow: true, compile: compileCovariance(0) }],
  ['$covarianceSamp', { takesWindow: true, compile: compileCovariance(1) }],
])
