import { Double, isNumber, toNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { namedArguments } from '../../expressions/arguments.ts'
import { wholeInt } from '../../expressions/numeric/integers.ts'
import type { WindowFunction, WindowSetting } from './functions.ts'

/** `$expMovingAvg`: an average in which a row counts less the longer ago it is. */
export function compileMovingAverage(argument: BsonValue, { context, sortBy }: WindowSetting): WindowFunction {
  const given = namedArguments(argument, {
    notObject: [
      'FailedToParse',
      '$expMovingAvg must have exactly an argument of the form {input, N} or {input, alpha}',
    ],
    unknown: ['FailedToParse', '$expMovingAvg got unrecognized argument: '],
    fields: { input: ['FailedToParse', "$expMovingAvg requires an 'input'"], N: 'optional', alpha: 'optional' },
  })
  if (sortBy === undefined) throw new CommandError('FailedToParse', '$expMovingAvg requires an explicit sortBy')
  const alpha = readAlpha(given.N, given.alpha)
  const input = context.compile(given.input ?? null)
  return (partition, scope) => {
    let average: number | undefined
    return partition.rows.map((row) => {
      const value = input(scope(row))
      if (isNumber(value)) {
        const number = toNumber(value)
        average = average === undefined ? number : number * alpha + average * (1 - alpha)
      }
      return average === undefined ? null : new Double(average)
    })
  }
}

function readAlpha(n: BsonValue | undefined, alpha: BsonValue | undefined): number {
  if ((n === undefined) === (alpha === undefined)) {
    throw new CommandError('FailedToParse', "$expMovingAvg requires exactly one of 'N' and 'alpha'")
  }
  if (n !== undefined) {
    const count = isNumber(n) ? wholeInt(n) : undefined
    if (count !== undefined && count > 0) return 2 / (count + 1)
    throw new CommandError('FailedToParse', "'N' field must be an integer greater than zero")
  }
  const share = isNumber(alpha) ? toNumber(alpha) : NaN
  if (share > 0 && share < 1) return share
  throw new CommandError('FailedToParse', "'alpha' must be between 0 and 1 (exclusive)")
}
