import { isNumber, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { describe, typeNameOf } from '../describe.ts'
import { wholeNumber } from '../numeric/integers.ts'
import type { NamedArguments } from '../arguments.ts'

/** What `$firstN`, `$lastN`, `$minN` and `$maxN` take. */
export function nArguments(argument: BsonValue, name: string): NamedArguments<'n' | 'input'> {
  return {
    notObject: [5787900, `specification must be an object; found ${name}: ${typeNameOf(argument)}`],
    unknown: [5787901, `Unknown argument for '${name}' operator: `],
    fields: { n: [5787906, "Missing value for 'n'"], input: [5787907, "Missing value for 'input'"] },
  }
}

/**
 * Checks how many values an operator shall give.
 * @throws CommandError 5787902, 5787903 or 5787908
 */
export function readN(value: BsonValue | undefined): number {
  if (!isNumber(value)) {
    throw new CommandError(5787902, `Value for 'n' must be of integral type, but found ${describe(value)}`)
  }
  const n = wholeNumber(value)
  if (n === undefined) {
    throw new CommandError(5787903, `Value for 'n' must be of integral type, but found ${describe(value)}`)
  }
  if (n > 0) return n
  throw new CommandError(5787908, `'n' must be greater than 0, found ${n}`)
}
