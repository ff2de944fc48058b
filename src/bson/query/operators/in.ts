import { BSONRegExp, isDocument, Undefined, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import { isExpression } from '../expression-document.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { anyValue, negated, type FieldTest, type ValueTest } from '../predicate.ts'
import { createValueTable, type ValueTable } from '../value-table.ts'

function oneOf(operator: string, operand: BsonValue, parser: FilterParser): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', `${operator} needs an array`)
  for (const value of operand) {
    // in these words also for $nin
    if (isDocument(value) && isExpression(value)) throw new CommandError('BadValue', 'cannot nest $ under $in')
    if (value instanceof Undefined) throw new CommandError('BadValue', 'InMatchExpression equality cannot be undefined')
  }
  const regexes = operand.filter((value) => value instanceof BSONRegExp).map((value) => parser.regex(value))
  const table = createValueTable(operand.filter((value) => !(value instanceof BSONRegExp)))
  return findOne(table, regexes, operand.includes(null))
}

// apart, so that what is kept does not keep what it was made from
function findOne(table: ValueTable, regexes: readonly ValueTest[], orMissing: boolean): FieldTest {
  return anyValue((value) => {
    if (value === undefined) return orMissing
    return table.find(value) >= 0 || regexes.some((test) => test(value))
  })
}

/** `$in` and `$nin`: equality with one of many values. */
export const IN_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $in: (operand, parser) => oneOf('$in', operand, parser),
  $nin: (operand, parser) => negated(oneOf('$nin', operand, parser)),
}
