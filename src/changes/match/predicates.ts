import { badUserInput } from '../../errors.ts'
import { compareValues, rankOf } from './compare.ts'
import { isNaNumeric, toNumeric } from './numbers.ts'
import type { ValueTest } from './path.ts'
import { MISSING, TYPE_CODES, typeOf } from './values.ts'

/** Comparison operators that order values. */
export type Ordering = '$eq' | '$gt' | '$gte' | '$lt' | '$lte'

/** Tests one value against an operand as `$eq`, `$gt`, `$gte`, `$lt` or `$lte` do: within a type rank, NaN apart. */
export function orderingTest(operator: Ordering, operand: unknown): ValueTest {
  const rank = rankOf(operand)
  const type = typeOf(operand)
  const orEqual = operator === '$eq' || operator === '$gte' || operator === '$lte'
  const number = toNumeric(operand)
  return (value) => {
    const valueRank = rankOf(value)
    if (valueRank !== rank) {
      // null equals a missing or undefined value
      if (valueRank + rank === 5) return orEqual
      if (type === 'maxKey') return operator === '$lt' || operator === '$lte'
      if (type === 'minKey') return operator === '$gt' || operator === '$gte'
      return false
    }
    const other = toNumeric(value)
    if (number !== undefined && other !== undefined && (isNaNumeric(number) || isNaNumeric(other))) {
      return orEqual && isNaNumeric(number) && isNaNumeric(other)
    }
    return inOrder(operator, compareValues(value, operand))
  }
}

function inOrder(operator: Ordering, order: number): boolean {
  switch (operator) {
    case '$eq':
      return order === 0
    case '$gt':
      return order > 0
    case '$gte':
      return order >= 0
    case '$lt':
      return order < 0
    case '$lte':
      return order <= 0
  }
}

/** Whether there is a value at all, `null` included. */
export const existsTest: ValueTest = (value) => value !== MISSING

/**
 * Tests a value's BSON type, as `$type` does: by name, by number, by the alias `number`, or by any of a list.
 *
 * @throws RelayError `BAD_USER_INPUT` for a type that does not exist
 */
export function typeTest(operand: unknown): ValueTest {
  const names = new Set((Array.isArray(operand) ? operand : [operand]).flatMap(toTypeNames))
  return (value) => value !== MISSING && names.has(typeOf(value))
}

function toTypeNames(operand: unknown): string[] {
  if (operand === 'number') return ['int', 'long', 'double', 'decimal']
  if (typeof operand === 'string' && Object.hasOwn(TYPE_CODES, operand)) return [operand]
  const code = Number(toNumeric(operand) ?? NaN)
  const found = Object.entries(TYPE_CODES).find(([, number]) => number === code)
  if (!found) throw badUserInput(`\`where\`: $type does not know the type ${JSON.stringify(operand)}`)
  return [found[0]]
}

/**
 * Tests an array's length, as `$size` does.
 *
 * @throws RelayError `BAD_USER_INPUT` when the operand is not a non-negative integer
 */
export function sizeTest(operand: unknown): ValueTest {
  const size = Number(toNumeric(operand) ?? NaN)
  if (!Number.isInteger(size) || size < 0) throw badUserInput('`where`: $size needs a non-negative integer')
  return (value) => Array.isArray(value) && value.length === size
}
