import { isDocument, type BsonArray, type BsonValue } from '../../../bson/values.ts'
import { keywordError, readLength, type Keyword, type ValueTest } from './keyword.ts'
import { unorderedKey } from './unordered.ts'

function ifArray(test: (value: BsonArray) => boolean): ValueTest {
  return (value) => !Array.isArray(value) || test(value)
}

const items: Keyword = (operand, { name, compile }) => {
  if (isDocument(operand)) {
    const test = compile(operand, name)
    return ifArray((value) => value.every(test))
  }
  if (!Array.isArray(operand)) throw keywordError('TypeMismatch', name, 'must be an array or an object')
  const tests = operand.map((schema) => compile(schema, name))
  return ifArray((value) => tests.every((test, index) => isMissingOr(test, value[index])))
}

function isMissingOr(test: ValueTest, value: BsonValue | undefined): boolean {
  return value === undefined || test(value)
}

const additionalItems: Keyword = (operand, { name, schema, compile }) => {
  if (typeof operand !== 'boolean' && !isDocument(operand)) {
    throw keywordError('TypeMismatch', name, 'must be either an object or a boolean')
  }
  const listed = schema.get('items')
  // it is about what comes after a list of schemas
  if (operand === true || !Array.isArray(listed)) return undefined
  const test: ValueTest = operand === false ? () => false : compile(operand, name)
  return ifArray((value) => value.slice(listed.length).every(test))
}

const uniqueItems: Keyword = (operand, { name }) => {
  if (typeof operand !== 'boolean') throw keywordError('TypeMismatch', name, 'must be a boolean')
  return operand ? ifArray((value) => new Set(value.map(unorderedKey)).size === value.length) : undefined
}

function count(holds: (length: number, limit: number) => boolean): Keyword {
  return (operand, { name }) => {
    const limit = readLength(operand, name)
    return ifArray((value) => holds(value.length, limit))
  }
}

/** Keywords about arrays. */
export const ARRAY_KEYWORDS: Readonly<Record<string, Keyword>> = {
  items,
  additionalItems,
  uniqueItems,
  maxItems: count((length, limit) => length <= limit),
  minItems: count((length, limit) => length >= limit),
}
