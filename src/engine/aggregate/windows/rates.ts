import { Double, isNumber, toNumber, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
import { isDateValue } from '../../expressions/dates/instant.ts'
import { readUnit } from '../../expressions/dates/units.ts'
import type { Expression, Scope } from '../../expressions/types.ts'
import type { Window } from './bounds.ts'
import type { WindowFunction, WindowSetting } from './functions.ts'
import { axis } from './linear-fill.ts'
import type { Partition } from './partition.ts'

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
  ['millisecond', 1],
])

interface RateArguments {
  readonly input: Expression
  /** How long a unit is on the axis; `undefined` for numbers. */
  readonly unitMs: number | undefined
}

function readArguments(argument: BsonValue, { context, sortBy }: WindowSetting, name: string): RateArguments {
  const given = namedArguments(argument, {
    notObject: ['FailedToParse', `${name} expects an object`],
    unknown: ['FailedToParse', `${name} got unexpected argument: `],
    fields: { input: ['FailedToParse', `${name} requires an 'input' expression`], unit: 'optional' },
  })
  if (sortBy?.size !== 1) throw new CommandError('FailedToParse', `${name} requires a non-compound sortBy`)
  const { unit } = given
  const input = context.compile(given.input ?? null)
  if (unit === undefined) return { input, unitMs: undefined }
  if (typeof unit !== 'string') throw new CommandError('FailedToParse', `${name} 'unit' must be a string`)
  const unitMs = UNIT_MS.get(readUnit(unit))
  if (unitMs !== undefined) return { input, unitMs }
  throw new CommandError(5490704, `unit must be 'week' or smaller`)
}

interface Point {
  readonly x: number
  readonly y: number
}

function pointAt(
  partition: Partition,
  position: number,
  { input, unitMs }: RateArguments,
  scope: (row: BsonDocument) => Scope,
): Point | undefined {
  const row = partition.rows[position]
  const value = row && input(scope(row))
  if (!isNumber(value)) return undefined
  const sort = partition.sortValue(position)
  if (isDateValue(sort) !== (unitMs !== undefined)) {
    const text =
      unitMs === undefined ? 'a Date in the sortBy field requires a unit' : 'a unit requires a Date in the sortBy field'
    throw new CommandError(5624900, text)
  }
  return { x: axis(sort) / (unitMs ?? 1), y: toNumber(value) }
}

/** `$derivative`: how fast a value changes between the ends of the window. */
export function compileDerivative(
  argument: BsonValue,
  setting: WindowSetting,
  name: string,
  window: Window,
): WindowFunction {
  const rate = readArguments(argument, setting, name)
  return (partition, scope) =>
    partition.rows.map((_, position) => {
      const { from, to } = window.rowsAt(partition, position)
      const [first, last] = [pointAt(partition, from, rate, scope), pointAt(partition, to - 1, rate, scope)]
      if (!first || !last || first.x === last.x) return null
      return new Double((last.y - first.y) / (last.x - first.x))
    })
}

/** `$integral`: the area below a value over the window, by trapezoids. */
export function compileIntegral(
  argument: BsonValue,
  setting: WindowSetting,
  name: string,
  window: Window,
): WindowFunction {
  const rate = readArguments(argument, setting, name)
  return (partition, scope) => {
    const points = partition.rows.map((_, position) => pointAt(partition, position, rate, scope))
    return partition.rows.map((_, position) => {
      const { from, to } = window.rowsAt(partition, position)
      const inside = points.slice(from, to).filter((point) => point !== undefined)
      if (inside.length === 0) return null
      return new Double(
        inside.reduce((area, point, i) => {
          const before = inside[i - 1]
          return before ? area + ((point.x - before.x) * (point.y + before.y)) / 2 : area
        }, 0),
      )
    })
  }
}

/** `$covariancePop` (`0`) and `$covarianceSamp` (`1`): how two values change together over the window. */
export function compileCovariance(lost: 0 | 1) {
  return (argument: BsonValue, { context }: WindowSetting, name: string, window: Window): WindowFunction => {
    if (!Array.isArray(argument) || argument.length !== 2) {
      throw new CommandError('FailedToParse', `${name} requires an array of two expressions`)
    }
    const [left, right] = argument.map((item) => context.compile(item)) as [Expression, Expression]
    return (partition, scope) => {
      const pairs = partition.rows.map((row) => {
        const current = scope(row)
        const [x, y] = [left(current), right(current)]
        return isNumber(x) && isNumber(y) ? { x: toNumber(x), y: toNumber(y) } : undefined
      })
      return partition.rows.map((_, position) => {
        const { from, to } = window.rowsAt(partition, position)
        return covariance(
          pairs.slice(from, to).filter((pair) => pair !== undefined),
          lost,
        )
      })
    }
  }
}

function covariance(pairs: readonly Point[], lost: 0 | 1): BsonValue {
  const count = pairs.length
  if (count - lost <= 0) return null
  const mean = (read: (pair: Point) => number): number => pairs.reduce((sum, pair) => sum + read(pair), 0) / count
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const sum = pairs.reduce((total, { x, y }) => total + (x - meanX) * (y - meanY), 0)
  return new Double(sum / (count - lost))
}
