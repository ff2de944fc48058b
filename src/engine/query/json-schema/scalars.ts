import { toExact } from '../../../bson/numbers/exact-number.ts'
import { compareNumbers } from '../../../bson/numbers/numbers.ts'
import { isNumber, type BsonNumber, type BsonValue } from '../../../bson/values.ts'
import { countText } from '../../../bson/work-budget.ts'
import { asDecimal } from '../../expressions/numeric/decimal-conversion.ts'
import { remainderOfDecimals } from '../../expressions/numeric/decimal-arithmetic.ts'
import { compileRegex } from '../regex/compile.ts'
import { keywordError, readLength, readList, type Keyword, type ValueTest } from './keyword.ts'
import { unorderedKey } from './unordered.ts'

function ifNumber(test: (value: BsonNumber) => boolean): ValueTest {
  return (value) => !isNumber(value) || test(value)
}

function ifString(test: (value: string) => boolean): ValueTest {
  return (value) => typeof value !== 'string' || test(value)
}

function readNumber(operand: BsonValue, name: string): BsonNumber {
  if (isNumber(operand)) return operand
  throw keywordError('TypeMismatch', name, 'must be a number')
}

/** A bound, which the keyword beside it may make exclusive. */
function bound(sign: 1 | -1, exclusive: string): Keyword {
  return (operand, { name, schema }) => {
    const limit = readNumber(operand, name)
    const strict = schema.get(exclusive) === true
    return ifNumber((value) => {
      const order = compareNumbers(value, limit) * sign
      return toExact(value) !== 'NaN' && (order < 0 || (order === 0 && !strict))
    })
  }
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

const multipleOf: Keyword = (operand, { name }) => {
  const divisor = asDecimal(readNumber(operand, name))
  if (typeof divisor === 'string' || divisor.coefficient <= 0n) {
    throw keywordError('FailedToParse', name, 'must have a positive value')
  }
  return ifNumber((value) => {
    const rest = remainderOfDecimals(asDecimal(value), divisor)
    return typeof rest !== 'string' && rest.coefficient === 0n
  })
}

function textLength(holds: (length: number, limit: number) => boolean): Keyword {
  return (operand, { name }) => {
    const limit = readLength(operand, name)
    return ifString((value) => holds(codePoints(value), limit))
  }
}

function codePoints(text: string): number {
  countText(text)
  let count = 0
  for (const _ of text) count++
  return count
}

const pattern: Keyword = (operand, { name }) => {
  if (typeof operand !== 'string') throw keywordError('TypeMismatch', name, 'must be a string')
  const regex = compileRegex(operand, '')
  return ifString((value) => regex.test(value))
}

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
  maxLength: textLength((length, limit) => length <= limit),
  minLength: textLength((length, limit) => length >= limit),
  pattern,
  enum: oneOfValues,
}
