import type { BsonValue } from '../../../bson/values.ts'
import { keywordError, readList, type Keyword, type KeywordContext, type ValueTest } from './keyword.ts'

function schemas(operand: BsonValue, { name, compile }: KeywordContext): ValueTest[] {
  return readList(operand, name, 'BadValue').map((schema) => compile(schema, name))
}

function joining(holds: (tests: readonly ValueTest[], value: BsonValue) => boolean): Keyword {
  return (operand, context) => {
    const tests = schemas(operand, context)
    return (value) => holds(tests, value)
  }
}

const text: Keyword = (operand, { name }) => {
  if (typeof operand !== 'string') throw keywordError('TypeMismatch', name, 'must be of type string')
  return undefined
}

/** Keywords that join schemas, and those for people, which restrict nothing. */
export const LOGICAL_KEYWORDS: Readonly<Record<string, Keyword>> = {
  allOf: joining((tests, value) => tests.every((test) => test(value))),
  anyOf: joining((tests, value) => tests.some((test) => test(value))),
  oneOf: joining((tests, value) => tests.filter((test) => test(value)).length === 1),
  not(operand, { name, compile }) {
    const test = compile(operand, name)
    return (value) => !test(value)
  },
  title: text,
  description: text,
}
