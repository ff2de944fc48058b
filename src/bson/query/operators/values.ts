import { BSONRegExp, isDocument, isNumber, Undefined, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import { isExpression } from '../expression-document.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { readNonNegative, truncated } from '../../numbers/integers.ts'
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

function readOperand(value: BsonValue | undefined, name: 'divisor' | 'remainder'): bigint {
  if (value === undefined || !isNumber(value)) throw new CommandError('BadValue', `malformed mod, ${name} not a number`)
  const whole = truncated(value)
  if (whole !== undefined && BigInt.asIntN(64, whole) === whole) return whole
  throw new CommandError(
    'BadValue',
    `malformed mod, ${name} value is invalid :: caused by :: Unable to coerce NaN/Inf to integral type`,
  )
}

function modulo(operand: BsonValue): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', 'malformed mod, needs to be an array')
  if (operand.length < 2) throw new CommandError('BadValue', 'malformed mod, not enough elements')
  if (operand.length > 2) throw new CommandError('BadValue', 'malformed mod, too many elements')
  const divisor = readOperand(operand[0], 'divisor')
  const remainder = readOperand(operand[1], 'remainder')
  if (divisor === 0n) throw new CommandError('BadValue', 'divisor cannot be 0')
  return anyValue((value) => {
    if (value === undefined || !isNumber(value)) return false
    const whole = truncated(value)
    return whole !== undefined && BigInt.asIntN(64, whole) === whole && whole % divisor === remainder
  })
}

function size(operand: BsonValue): FieldTest {
  const wanted = Number(readNonNegative(operand, '$size', 'BadValue', 'Failed to parse $size. '))
  return anyValue((value) => Array.isArray(value) && value.length === wanted, 'whole')
}

/** `$in`, `$nin`, `$size`, and `$mod`: fractions are cut off, and the remainder has the sign of the value. */
export const VALUE_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $in: (operand, parser) => oneOf('$in', operand, parser),
  $nin: (operand, parser) => negated(oneOf('$nin', operand, parser)),
  $mod: modulo,
  $size: size,
}
