import { compareValues, typeRank } from '../../compare.ts'
import { isNaNValue, orderAgainst } from '../../numbers/numbers.ts'
import { BSONRegExp, isNumber, MaxKey, MinKey, Undefined, type BsonNumber, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator } from '../language.ts'
import { anyValue, negated, type FieldTest, type ValueTest } from '../predicate.ts'

type Comparison = '$eq' | '$lt' | '$lte' | '$gt' | '$gte'

const HOLDS: Readonly<Record<Comparison, (order: number) => boolean>> = {
  $eq: (order) => order === 0,
  $lt: (order) => order < 0,
  $lte: (order) => order <= 0,
  $gt: (order) => order > 0,
  $gte: (order) => order >= 0,
}

/** Equality with a value as `{field: value}` and `$eq` mean it: null also means missing. */
export function equalTo(operand: BsonValue): FieldTest {
  return anyValue(comparison('$eq', operand))
}

/**
 * A comparison of single values. Values of another type never compare, except null with missing ones and
 * MinKey and MaxKey, which are below and above everything. NaN equals itself and is in no order with other numbers.
 */
function comparison(operator: Comparison, operand: BsonValue): ValueTest {
  const holds = HOLDS[operator]
  const orEqual = holds(0)
  if (operand === null) return (value) => orEqual && (value === null || value === undefined)
  if (operand instanceof MinKey || operand instanceof MaxKey) {
    const others = operator !== '$eq' && holds(operand instanceof MinKey ? 1 : -1)
    const rank = typeRank(operand)
    return (value) => (value !== undefined && typeRank(value) === rank ? orEqual : others)
  }
  if (isNumber(operand)) return numberComparison(holds, operand)
  const rank = typeRank(operand)
  return (value) => value !== undefined && typeRank(value) === rank && holds(compareValues(value, operand))
}

function numberComparison(holds: (order: number) => boolean, operand: BsonNumber): ValueTest {
  const orEqual = holds(0)
  if (isNaNValue(operand)) return (value) => orEqual && isNumber(value) && isNaNValue(value)
  const order = orderAgainst(operand)
  return (value) => isNumber(value) && !isNaNValue(value) && holds(order(value))
}

function comparisonOperator(operator: Comparison): FieldOperator {
  return (operand) => {
    if (operand instanceof Undefined) throw new CommandError('BadValue', 'cannot compare to undefined')
    if (operand instanceof BSONRegExp && operator !== '$eq') {
      throw new CommandError('BadValue', "Can't have RegEx as arg to predicate")
    }
    return anyValue(comparison(operator, operand))
  }
}

function notEqual(operand: BsonValue): FieldTest {
  if (operand instanceof Undefined) throw new CommandError('BadValue', 'cannot compare to undefined')
  if (operand instanceof BSONRegExp) throw new CommandError('BadValue', "Can't have regex as arg to $ne.")
  return negated(equalTo(operand))
}

/** The comparison operators. */
export const COMPARISON_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $eq: comparisonOperator('$eq'),
  $lt: comparisonOperator('$lt'),
  $lte: comparisonOperator('$lte'),
  $gt: comparisonOperator('$gt'),
  $gte: comparisonOperator('$gte'),
  $ne: notEqual,
}
