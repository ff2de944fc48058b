import { BSONRegExp, isDocument, isNumber, toNumber } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator, TopLevelOperator } from '../language.ts'
import { countWork } from '../../work-budget.ts'
import { anyValue, everyPredicate, negated } from '../predicate.ts'

const and: TopLevelOperator = (operand, parser) => everyPredicate(parser.filters('$and', operand))

const or: TopLevelOperator = (operand, parser) => {
  const predicates = parser.filters('$or', operand)
  return (document, details) => {
    countWork(predicates.length)
    return predicates.some((predicate) => predicate(document, details))
  }
}

const nor: TopLevelOperator = (operand, parser) => {
  const predicates = parser.filters('$nor', operand)
  return (document) => {
    countWork(predicates.length)
    return !predicates.some((predicate) => predicate(document))
  }
}

const alwaysTrue: TopLevelOperator = (operand) => {
  if (isNumber(operand) && toNumber(operand) === 1) return () => true
  throw new CommandError('FailedToParse', '$alwaysTrue must be an integer value of 1')
}

/** Operators that stand in place of a field and join filters, or need none. */
export const LOGICAL_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $and: and,
  $or: or,
  $nor: nor,
  $alwaysTrue: alwaysTrue,
  $comment: () => () => true,
}

const not: FieldOperator = (operand, parser) => {
  if (operand instanceof BSONRegExp) return negated(anyValue(parser.regex(operand)))
  if (!isDocument(operand)) throw new CommandError('BadValue', '$not needs a regex or a document')
  if (operand.size === 0) throw new CommandError('BadValue', '$not cannot be empty')
  return negated(parser.operators(operand))
}

/** `$not`. */
export const NOT_OPERATORS: Readonly<Record<string, FieldOperator>> = { $not: not }
