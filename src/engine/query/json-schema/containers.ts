import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { compileRegex } from '../regex/compile.ts'
import { about, keywordError, limit, readNames, type Keyword, type KeywordContext, type ValueTest } from './keyword.ts'
import { unorderedKey } from './unordered.ts'

const isArray = (value: BsonValue): value is BsonArray => Array.isArray(value)
const lengthOf = (array: BsonArray): number => array.length
const sizeOf = (document: BsonDocument): number => document.size

const items = about(isArray, (operand, { name, compile }) => {
  if (isDocument(operand)) {
    const test = compile(operand, name)
    return (value) => value.every(test)
  }
  if (!Array.isArray(operand)) throw keywordError('TypeMismatch', name, 'must be an array or an object')
  const tests = operand.map((schema) => compile(schema, name))
  return (value) => value.every((item, index) => tests[index]?.(item) ?? true)
})

/** The test of what no other keyword is about; undefined where it may be anything. */
function readAdditional(operand: BsonValue, { name, compile }: KeywordContext): ValueTest | undefined {
  if (typeof operand === 'boolean') return operand ? undefined : () => false
  if (!isDocument(operand)) throw keywordError('TypeMismatch', name, 'must be either an object or a boolean')
  return compile(operand, name)
}

const additionalItems = about(isArray, (operand, context) => {
  const test = readAdditional(operand, context)
  const listed = context.schema.get('items')
  // it is about what comes after a list of schemas
  return test && Array.isArray(listed) ? (value) => value.slice(listed.length).every(test) : undefined
})

const uniqueItems = about(isArray, (operand, { name }) => {
  if (typeof operand !== 'boolean') throw keywordError('TypeMismatch', name, 'must be a boolean')
  return operand ? (value) => new Set(value.map(unorderedKey)).size === value.length : undefined
})

const required = about(isDocument, (operand, { name }) => {
  const names = readNames(operand, name)
  return (value) => names.every((property) => value.has(property))
})

function schemasOf(operand: BsonValue, { name, compile }: KeywordContext): [string, ValueTest][] {
  if (!isDocument(operand)) throw keywordError('TypeMismatch', name, 'must be an object')
  return [...operand].map(([property, schema]) => [property, compile(schema, name)])
}

const properties = about(isDocument, (operand, context) => {
  const schemas = schemasOf(operand, context)
  return (value) =>
    schemas.every(([property, test]) => {
      const item = value.get(property)
      return item === undefined || test(item)
    })
})

const patternProperties = about(isDocument, (operand, context) => {
  const schemas = schemasOf(operand, context).map(([pattern, test]) => ({ regex: compileRegex(pattern, ''), test }))
  return (value) =>
    [...value].every(([property, item]) => schemas.every(({ regex, test }) => !regex.test(property) || test(item)))
})

const additionalProperties = about(isDocument, (operand, context) => {
  const test = readAdditional(operand, context)
  if (!test) return undefined
  const named = new Set(keysOf(context.schema.get('properties')))
  const patterns = keysOf(context.schema.get('patternProperties')).map((pattern) => compileRegex(pattern, ''))
  return (value) =>
    [...value].every(
      ([property, item]) => named.has(property) || patterns.some((pattern) => pattern.test(property)) || test(item),
    )
})

function keysOf(value: BsonValue | undefined): string[] {
  return isDocument(value) ? [...value.keys()] : []
}

const dependencies = about(isDocument, (operand, { name, compile }) => {
  if (!isDocument(operand)) throw keywordError('TypeMismatch', name, 'must be an object')
  const rules = [...operand].map(([property, rule]): [string, (value: BsonDocument) => boolean] => {
    if (isDocument(rule)) return [property, compile(rule, name)]
    if (!Array.isArray(rule)) throw keywordError('TypeMismatch', name, 'must hold objects and arrays of strings')
    const names = readNames(rule, name)
    return [property, (value) => names.every((other) => value.has(other))]
  })
  return (value) => rules.every(([property, test]) => !value.has(property) || test(value))
})

/** Keywords about arrays and documents. */
export const CONTAINER_KEYWORDS: Readonly<Record<string, Keyword>> = {
  items,
  additionalItems,
  uniqueItems,
  maxItems: limit(isArray, lengthOf, 1),
  minItems: limit(isArray, lengthOf, -1),
  required,
  properties,
  patternProperties,
  additionalProperties,
  dependencies,
  maxProperties: limit(isDocument, sizeOf, 1),
  minProperties: limit(isDocument, sizeOf, -1),
}
