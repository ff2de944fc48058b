import { toKey } from '../../key.ts'
import { BSONRegExp, isDocument, Undefined, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { isExpression } from '../expression-document.ts'
import { anyValue, negated, type FieldTest, type ValueTest } from '../predicate.ts'

function memberOf(operator: string, operand: BsonValue, parser: FilterParser): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`)
  const keys = new Set<string>()
  const regexes: ValueTest[] = []
  let orMissing = false
  for (const value of operand) {
    if (isDocument(value) && isExpression(value)) throw new CommandError('BadValue', `cannot nest $ under ${operator}`)
    if (value instanceof Undefined) throw new CommandError('BadValue', 'InMatchExpression equality cannot be undefined')
    if (value instanceof BSONRegExp) regexes.push(parser.regex(value))
    else keys.add(toKey(value))
    orMissing ||= value === null
  }
  return anyValue((value) => {
    if (value === undefined) return orMissing
    return (keys.size > 0 && keys.has(toKey(value))) || regexes.some((test) => test(value))
  })
}

/** `$in` and `$nin`: equality with one of many values. Cost: one hash look-up per value, whatever the list's length. */
export const IN_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $in: (operand, parser) => memberOf('$in', operand, parser),
  $nin: (operand, parser) => negated(memberOf('$nin', operand, parser)),
}
