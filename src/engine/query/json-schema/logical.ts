import { isDocument, type BsonValue } from '../../../bson/values.ts'
import { keywordError, readList, type Keyword, type KeywordContext, type ValueTest } from './keyword.ts'

function schemas(operand: BsonValue, { name, compile }: KeywordContext): ValueTest[] {
  return readList(operand, name, 'BadValue').map((schema) => {
    if (isDocument(schema)) return compile(schema, name)
    throw keywordError('TypeMismatch', name, 'must be an array of objects')
  })
}

/** Keywords that join schemas. */
export const LOGICAL_KEYWORDS: Readonly<Record<string, Keyword>> = {
  allOf(operand, context) {
    const tests = schemas(operand, context)
    return (value) => tests.every((test) => test(value))
  },
  anyOf(operand, context) {
    const tests = schemas(operand, context)
    return (value) => tests.some((test) => test(value))
  },
  oneOf(operand, context) {
    const tests = schemas(operand, context)
    return (value) => tests.filter((test) => test(value)).length === 1
  },
  not(operand, { name, compile }) {
    const test = compile(operand, name)
    return (value) => !test(value)
  },
}
