import { Double, isNumber, type BsonNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { dateMs, isDateValue } from '../../expressions/dates/instant.ts'
import { typeNameOf } from '../../expressions/describe.ts'
import { divide, multiply, subtract } from '../../expressions/numeric/arithmetic.ts'
import { NumberSum } from '../../expressions/numeric/sum.ts'
import { isNullish } from '../../../bson/truth.ts'
import type { WindowFunction, WindowSetting } from './functions.ts'
import type { Partition } from './partition.ts'

/** `$linearFill`: fills gaps between two numbers in proportion to the field that sorts. */
export function compileLinearFill(argument: BsonValue, { context, sortBy }: WindowSetting): WindowFunction {
  if (sortBy?.size !== 1) {
    const text = '$linearFill must be specified with a top level sortBy expression with exactly one element'
    throw new CommandError(605001, text)
  }
  const input = context.compile(argument)
  return (partition, scope) => {
    const values = partition.rows.map((row) => readNumber(input(scope(row))))
    const filled: (BsonValue | undefined)[] = [...values]
    let left = -1
    for (const [right, value] of values.entries()) {
      if (value === null) continue
      const start = left < 0 ? null : (values[left] ?? null)
      if (start !== null) {
        for (let i = left + 1; i < right; i++) filled[i] = between(partition, left, i, right, start, value)
      }
      left = right
    }
    return filled
  }
}

function readNumber(value: BsonValue | undefined): BsonNumber | null {
  if (isNullish(value)) return null
  if (isNumber(value)) return value
  throw new CommandError('TypeMismatch', `Value to be filled must be numeric or nullish, found ${typeNameOf(value)}`)
}

function between(
  partition: Partition,
  left: number,
  at: number,
  right: number,
  from: BsonNumber,
  to: BsonNumber,
): BsonNumber {
  const [x0, x, x1] = [left, at, right].map((position) => axis(partition.sortValue(position))) as [
    number,
    number,
    number,
  ]
  if (x0 === x1) throw new CommandError(6050106, 'There can be no repeated values in the sort field')
  const share = new Double((x - x0) / (x1 - x0))
  const sum = new NumberSum()
  sum.add(divide(from, new Double(1)))
  sum.add(multiply([subtract(to, from), share]))
  return sum.value()
}

/** A sort value as a position on a line. */
export function axis(value: BsonValue): number {
  if (isNumber(value)) return Number(value.toString())
  if (isDateValue(value)) return Number(dateMs(value))
  throw new CommandError('TypeMismatch', `The sort field must be numeric or a date, found ${typeNameOf(value)}`)
}
