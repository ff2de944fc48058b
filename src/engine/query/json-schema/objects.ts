import { isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { compileRegex } from '../regex/compile.ts'
import { keywordError, readLength, readNames, type Keyword, type KeywordContext, type ValueTest } from './keyword.ts'

function ifObject(test: (value: BsonDocument) => boolean): ValueTest {
  return (value) => !isDocument(value) || test(value)
}

const required: Keyword = (operand, { name }) => {
  const names = readNames(operand, name)
  return ifObject((value) => names.every((property) => value.has(property)))
}

function schemasOf(operand: BsonValue, { name, compile }: KeywordContext): [string, ValueTest][] {
  if (!isDocument(operand)) throw keywordError('TypeMismatch', name, 'must be an object')
  return [...operand].map(([property, schema]) => {
    if (!isDocument(schema)) {
      throw keywordError('TypeMismatch', name, `must be an object. Nested schema for '${property}' is not an object`)
    }
    return [property, compile(schema, name)]
  })
}

const properties: Keyword = (operand, context) => {
  const schemas = schemasOf(operand, context)
  return ifObject((value) =>
    schemas.every(([property, test]) => {
      const item = value.get(property)
      return item === undefined || test(item)
    }),
  )
}

const patternProperties: Keyword = (operand, context) => {
  const schemas = schemasOf(operand, context).map(([pattern, test]) => ({ regex: compileRegex(pattern, ''), test }))
  return ifObject((value) =>
    [...value].every(([property, item]) => schemas.every(({ regex, test }) => !regex.test(property) || test(item))),
  )
}

const additionalProperties: Keyword = (operand, { name, schema, compile }) => {
  if (operand === true) return undefined
  if (operand !== false && !isDocument(operand)) {
    throw keywordError('TypeMismatch', name, 'must be an object or a boolean')
  }
  const test: ValueTest = operand === false ? () => false : compile(operand, name)
  const named = new Set(keysOf(schema.get('properties')))
  const patterns = keysOf(schema.get('patternProperties')).map((pattern) => compileRegex(pattern, ''))
  return ifObject((value) =>
    [...value].every(
      ([property, item]) => named.has(property) || patterns.some((pattern) => pattern.test(property)) || test(item),
    ),
  )
}

function keysOf(value: BsonValue | undefined): string[] {
  return value !== undefined && isDocument(value) ? [...value.keys()] : []
}

const dependencies: Keyword = (operand, { name, compile }) => {
  if (!isDocument(operand)) throw keywordError('TypeMismatch', name, 'must be an object')
  const rules = [...operand].map(([property, rule]) => {
    if (isDocument(rule)) return { property, test: compile(rule, name) }
    if (!Array.isArray(rule)) throw keywordError('TypeMismatch', name, 'must hold objects and arrays of strings')
    const names = readNames(rule, name)
    const test: ValueTest = ifObject((value) => names.every((other) => value.has(other)))
    return { property, test }
  })
  return ifObject((value) => rules.every(({ property, test }) => !value.has(property) || test(value)))
}

function count(holds: (size: number, limit: number) => boolean): Keyword {
  return (operand, { name }) => {
    const limit = readLength(operand, name)
    return ifObject((value) => holds(value.size, limit))
  }
}

/** Keywords about documents. */
export const OBJECT_KEYWORDS: Readonly<Record<string, Keyword>> = {
  required,
  properties,
  patternProperties,
  additionalProperties,
  dependencies,
  maxProperties: count((size, limit) => size <= limit),
  minProperties: count((size, limit) => size >= limit),
}
