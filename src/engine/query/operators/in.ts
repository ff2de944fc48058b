import { toKey } from '../../../bson/key.ts'
import { BSONRegExp, isDocument, Undefined, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import type { FieldOperator } from '../context.ts'
import { isExpression } from '../expression-document.ts'
import { anyValue, negated, type FieldTest } from '../predicate.ts'
import { regexTest } from './regex.ts'

function memberOf(operator: string, operand: BsonValue): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`)
  const keys = new Set<string>()
  const regexes: ((value: BsonValue | undefined) => boolean)[] = []
  let orMissing = false
  for (const value of operand) {
    if (isDocument(value) && isExpression(value)) throw new CommandError('BadValue', `cannot nest $ under ${operator}`)
    if (value instanceof Undefined) throw new CommandError('BadValue', 'InMatchExpression equality cannot be undefined')
    if (value instanceof BSONRegExp) regexes.push(regexTest(value.pattern, value.options))
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
  $in: (operand) => memberOf('$in', operand),
  $nin: (operand) => negated(memberOf('$nin', operand)),
}
