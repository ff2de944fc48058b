import { compareValues } from '../../../bson/compare.ts'
import { BSONRegExp, BSONSymbol, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator } from '../../../bson/query/language.ts'
import { anyValue, type FieldTest } from '../../../bson/query/predicate.ts'
import { compileRegex } from '../regex/compile.ts'

/** A test for strings that match a regular expression, and for the same regular expression as a value. */
export function regexTest(pattern: string, options: string): (value: BsonValue | undefined) => boolean {
  const regex = compileRegex(pattern, options)
  const itself = new BSONRegExp(pattern, options)
  return (value) => {
    if (typeof value === 'string') return regex.test(value)
    if (value instanceof BSONSymbol) return regex.test(value.value)
    return value instanceof BSONRegExp && compareValues(value, itself) === 0
  }
}

function optionsOf(siblings: BsonDocument, own: string): string {
  const options = siblings.get('$options')
  if (options === undefined) return own
  if (typeof options !== 'string') throw new CommandError('BadValue', '$options has to be a string')
  if (own === '') return options
  // the later of the two is refused
  const names = [...siblings.keys()]
  const code = names.indexOf('$regex') < names.indexOf('$options') ? 51075 : 51074
  throw new CommandError(code, 'options set in both $regex and $options')
}

function regexOperator(operand: BsonValue, siblings: BsonDocument): FieldTest {
  if (operand instanceof BSONRegExp) {
    return anyValue(regexTest(operand.pattern, optionsOf(siblings, operand.options)))
  }
  if (typeof operand !== 'string') throw new CommandError('BadValue', '$regex has to be a string')
  return anyValue(regexTest(operand, optionsOf(siblings, '')))
}

/** `$regex` with `$options` beside it. */
export const REGEX_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $regex: (operand, _parser, siblings) => regexOperator(operand, siblings),
  $options: (_operand, _parser, siblings) => {
    if (!siblings.has('$regex')) throw new CommandError('BadValue', '$options needs a $regex')
    // read by $regex itself
    return { onPath: () => true, onValue: () => true }
  },
}
