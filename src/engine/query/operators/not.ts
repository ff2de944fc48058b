import { BSONRegExp, isDocument } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator } from '../context.ts'
import { negated } from '../predicate.ts'
import { regexField } from './regex.ts'

const not: FieldOperator = (operand, parser) => {
  if (operand instanceof BSONRegExp) return negated(regexField(operand))
  if (!isDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document')
  if (operand.size === 0) throw new CommandError('BadValue', '$not cannot be empty')
  return negated(parser.operators(operand))
}

/** `$not`. */
export const NOT_OPERATORS: Readonly<Record<string, FieldOperator>> = { $not: not }
