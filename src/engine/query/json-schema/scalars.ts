import { isNaNValue, compareNumbers } from '../../../bson/numbers/numbers.ts'
import { isNumber, type BsonNumber, type BsonValue } from '../../../bson/values.ts'
import { countText } from '../../../bson/work-budget.ts'
import { asDecimal } from '../../expressions/numeric/decimal-conversion.ts'
import { remainderOfDecimals } from '../../expressions/numeric/decimal-arithmetic.ts'
import { compileRegex } from '../regex/compile.ts'
import { about, keywordError, limit, readList, type Keyword } from './keyword.ts'
import { unorderedKey } from './unordered.ts'

const isString = (value: BsonValue): value is string => typeof value === 'string'

function readNumber(operand: BsonValue, name: string): BsonNumber {
  if (isNumber(operand)) return operand
  throw keywordError('TypeMismatch', name, 'must be a number')
}

/** A bound, which the keyword beside it may make exclusive. */
function bound(sign: 1 | -1, exclusive: string): Keyword {
  return about(isNumber, (operand, { name, schema }) => {
    const most = readNumber(operand, name)
    const strict = schema.get(exclusive) === true
    return (value) => {
      const order = compareNumbers(value, most) * sign
      return !isNaNValue(value) && (order < 0 || (order === 0 && !strict))
    }
  })
}

function exclusiveFlag(bounded: string): Keyword {
  return (operand, { name, schema }) => {
    if (typeof operand !== 'boolean') throw keywordError('TypeMismatch', name, 'must be a boolean')
    if (!schema.has(bounded)) {
      throw keywordError('FailedToParse', bounded, `must be a present if ${name} is present`)
    }
    return undefined
  }
}

const multipleOf = about(isNumber, (operand, { name }) => {
  const divisor = asDecimal(readNumber(operand, name))
  if (typeof divisor === 'string' || divisor.negative || divisor.coefficient === 0n) {
    throw keywordError('FailedToParse', name, 'must have a positive value')
  }
  return (value) => {
    const rest = remainderOfDecimals(asDecimal(value), divisor)
    return typeof rest !== 'string' && rest.coefficient === 0n
  }
})

function codePoints(text: string): number {
  countText(text)
  let count = 0
  for (const _ of text) count++
  return count
}

const pattern = about(isString, (operand, { name }) => {
  if (typeof operand !== 'string') throw keywordError('TypeMismatch', name, 'must be a string')
  const regex = compileRegex(operand, '')
  return (value) => regex.test(value)
})

const oneOfValues: Keyword = (operand, { name }) => {
  const values = readList(operand, name, 'FailedToParse')
  const keys = new Set(values.map(unorderedKey))
  if (keys.size < values.length) {
    throw keywordError('FailedToParse', name, 'array cannot contain duplicate values.')
  }
  return (value) => keys.has(unorderedKey(value))
}

/** Keywords about numbers and strings, and `enum`. */
export const SCALAR_KEYWORDS: Readonly<Record<string, Keyword>> = {
  maximum: bound(1, 'exclusiveMaximum'),
  minimum: bound(-1, 'exclusiveMinimum'),
  exclusiveMaximum: exclusiveFlag('maximum'),
  exclusiveMinimum: exclusiveFlag('minimum'),
  multipleOf,
  maxLength: limit(isString, codePoints, 1),
  minLength: limit(isString, codePoints, -1),
  pattern,
  enum: oneOfValues,
}
