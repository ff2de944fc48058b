import { BSONRegExp, isDocument } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator } from '../language.ts'
import { anyValue, negated } from '../predicate.ts'

const not: FieldOperator = (operand, parser) => {
  if (operand instanceof BSONRegExp) return negated(anyValue(parser.regex(operand)))
  if (!isDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document')
  if (operand.size === 0) throw new CommandError('BadValue', '$not cannot be empty')
  return negated(parser.operators(operand))
}

/** `$not`. */
export const NOT_OPERATORS: Readonly<Record<string, FieldOperator>> = { $not: not }
