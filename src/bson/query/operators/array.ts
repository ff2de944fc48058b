import { BSONRegExp, isDocument, type BsonDocument, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { isExpression, isExpressionValue } from '../expression-document.ts'
import { readNonNegative } from '../../integers.ts'
import { asDocument } from '../path.ts'
import { anyArray, anyValue, everyTest, NEVER, type FieldTest } from '../predicate.ts'
import { equalTo } from './comparison.ts'

/** Operators that make `$elemMatch` take its operand for a filter of documents rather than conditions on values. */
const PATHLESS = new Set([
  '$and',
  '$or',
  '$nor',
  '$expr',
  '$jsonSchema',
  '$comment',
  '$where',
  '$text',
  '$sampleRate',
  '$alwaysTrue',
  '$alwaysFalse',
])

function size(operand: BsonValue): FieldTest {
  const wanted = Number(readNonNegative(operand, '$size', 'BadValue', 'Failed to parse $size. '))
  return anyValue((value) => Array.isArray(value) && value.length === wanted, 'whole')
}

function isValueForm(operand: BsonDocument): boolean {
  const first = operand.keys().next()
  return isExpression(operand) && !first.done && !PATHLESS.has(first.value)
}

function elementMatch(operand: BsonValue, parser: FilterParser): FieldTest {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object')
  if (isValueForm(operand)) {
    const test = parser.operators(operand)
    return anyArray((array) => indexOf(array, (value) => test.onValue(value)))
  }
  const predicate = parser.nestedFilter(operand)
  return anyArray((array) =>
    indexOf(array, (value) => {
      if (isDocument(value)) return predicate(value)
      return Array.isArray(value) && predicate(asDocument(value))
    }),
  )
}

function indexOf(array: readonly BsonValue[], test: (value: BsonValue) => boolean): number | undefined {
  const index = array.findIndex(test)
  return index < 0 ? undefined : index
}

function isElementMatch(value: BsonValue | undefined): value is BsonDocument {
  return value !== undefined && isDocument(value) && value.keys().next().value === '$elemMatch'
}

function all(operand: BsonValue, parser: FilterParser): FieldTest {
  if (!Array.isArray(operand)) throw new CommandError('BadValue', '$all needs an array')
  if (operand.length === 0) return NEVER
  if (isElementMatch(operand[0])) {
    return everyTest(
      operand.map((value) => {
        const condition = isElementMatch(value) ? value.get('$elemMatch') : undefined
        if (condition === undefined) throw new CommandError('BadValue', '$all/$elemMatch has to be consistent')
        return elementMatch(condition, parser)
      }),
    )
  }
  return everyTest(
    operand.map((value) => {
      if (value instanceof BSONRegExp) return anyValue(parser.regex(value))
      if (isExpressionValue(value)) throw new CommandError('BadValue', 'no $ expressions in $all')
      return equalTo(value)
    }),
  )
}

/** `$all`, `$elemMatch` and `$size`. */
export const ARRAY_OPERATORS: Readonly<Record<string, FieldOperator>> = {
  $all: all,
  $elemMatch: elementMatch,
  $size: size,
}
