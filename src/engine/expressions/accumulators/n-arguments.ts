import { isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'

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
