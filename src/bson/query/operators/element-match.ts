import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../../values.ts'
import { CommandError } from '../../command-error.ts'
import { countWork } from '../../work-budget.ts'
import { isExpressionWithoutReference } from '../expression-document.ts'
import type { FieldOperator, FilterParser } from '../language.ts'
import { asDocument } from '../path.ts'
import { anyArray, type FieldTest } from '../predicate.ts'

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

function isValueForm(operand: BsonDocument): boolean {
  const first = operand.keys().next()
  return isExpressionWithoutReference(operand) && !first.done && !PATHLESS.has(first.value)
}

/**
 * An element that meets conditions or a filter.
 * @throws CommandError BadValue
 */
function elementMatch(operand: BsonValue, parser: FilterParser): FieldTest {
  if (!isDocument(operand)) throw new CommandError('BadValue', '$elemMatch needs an Object')
  if (isValueForm(operand)) {
    const { onValue } = parser.elementOperators(operand)
    return anyArray((array) => indexOf(array, onValue))
  }
  const predicate = parser.nestedFilter(operand)
  return anyArray((array) =>
    indexOf(array, (value) => {
      if (isDocument(value)) return predicate(value)
      return Array.isArray(value) && predicate(asDocument(value))
    }),
  )
}

function indexOf(array: BsonArray, test: (value: BsonValue) => boolean): number | undefined {
  countWork(array.length)
  const index = array.findIndex(test)
  return index < 0 ? undefined : index
}

/** `$elemMatch`. */
export const ELEMENT_MATCH_OPERATORS: Readonly<Record<string, FieldOperator>> = { $elemMatch: elementMatch }
