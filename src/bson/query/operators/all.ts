import { BSONRegExp, isDocument, Undefined, type BsonDocument, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import { isExpressionValue } from '../expression-document.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { visitPath } from '../path.ts'
import { anyValue, everyTest, NEVER, type FieldTest } from '../predicate.ts'
import { createValueTable } from '../value-table.ts'
import { equalTo } from './comparison.ts'

function all(operand: BsonValue, parser: FilterParser): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array')
  if (operand.length === 0) return NEVER
  if (isElementMatch(operand[0])) return everyTest(operand.map((value) => parser.operators(conditionOf(value))))
  for (const value of operand) {
    if (isExpressionValue(value)) throw new CommandError('BadValue', 'no $ expressions in $all')
    if (value instanceof Undefined) throw new CommandError('BadValue', 'cannot compare to undefined')
  }
  if (operand.length === 1 || operand.some((value) => value instanceof BSONRegExp)) {
    return everyTest(
      operand.map((value) => (value instanceof BSONRegExp ? anyValue(parser.regex(value)) : equalTo(value))),
    )
  }
  return eachOf(operand)
}

function isElementMatch(value: BsonValue | undefined): value is BsonDocument {
  return value !== undefined && isDocument(value) && value.keys().next().value === '$elemMatch'
}

// by the parser, as an operator like all others
function conditionOf(value: BsonValue): BsonDocument {
  const condition = isElementMatch(value) ? value.get('$elemMatch') : undefined
  if (condition !== undefined) return new Map([['$elemMatch', condition]])
  throw new CommandError('BadValue', '$all/$elemMatch has to be consistent')
}

/** Equality with each of many values, for which the values at the path are looked through once. */
function eachOf(operand: readonly BsonValue[]): FieldTest {
  const table = createValueTable(operand)
  const { size } = table
  const missing = table.find(null)
  const find = (value: BsonValue | undefined) => (value === undefined ? missing : table.find(value))
  // the last condition that an array's element met tells the position
  const order = Int32Array.from(operand, find)
  return {
    onValue: (value) => size === 1 && find(value) >= 0,
    onPath(document, path, details) {
      const positions = new Map<number, number | undefined>()
      const isFound = visitPath(document, path, 'elements', (value, index) => {
        const found = find(value)
        if (found >= 0 && !positions.has(found)) positions.set(found, index)
        return positions.size === size
      })
      if (!isFound || !details) return isFound
      details.position = order.reduce<number | undefined>((last, one) => positions.get(one) ?? last, details.position)
      return true
    },
  }
}

/** `$all`. */
export const ALL_OPERATORS: Readonly<Record<string, FieldOperator>> = { $all: all }
