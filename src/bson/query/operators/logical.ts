import { isNumber, toNumber, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { TopLevelOperator } from '../language.ts'
import { countWork } from '../../work.ts'
import { everyPredicate, type Predicate } from '../predicate.ts'

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

function always(name: string, answer: boolean): TopLevelOperator {
  return (operand) => {
    if (isNumber(operand) && toNumber(operand) === 1) return () => answer
    throw new CommandError('FailedToParse', `${name} must be an integer value of 1`)
  }
}

function sampleRate(operand: BsonValue): Predicate {
  if (!isNumber(operand)) throw new CommandError('BadValue', 'argument to $sampleRate must be a numeric type')
  const rate = toNumber(operand)
  if (!(rate >= 0 && rate <= 1)) {
    throw new CommandError('BadValue', 'numeric argument to $sampleRate must be in [0, 1]')
  }
  return () => Math.random() < rate
}

/** Operators that stand in place of a field and join filters, or need none. */
export const LOGICAL_OPERATORS: Readonly<Record<string, TopLevelOperator>> = {
  $and: and,
  $or: or,
  $nor: nor,
  $alwaysTrue: always('$alwaysTrue', true),
  $alwaysFalse: always('$alwaysFalse', false),
  $sampleRate: sampleRate,
  $comment: () => () => true,
}
