import { typeName, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { readTypes } from '../../../bson/query/operators/element.ts'
import { keywordError, readNames, type Keyword } from './keyword.ts'

const JSON_TYPES: ReadonlyMap<string, string> = new Map([
  ['array', 'array'],
  ['boolean', 'bool'],
  ['null', 'null'],
  ['number', 'number'],
  ['object', 'object'],
  ['string', 'string'],
])

function namesOf(operand: BsonValue, name: string): string[] {
  if (typeof operand === 'string') return [operand]
  if (Array.isArray(operand)) return readNames(operand, name)
  throw keywordError('TypeMismatch', name, 'must be either a string or an array of strings')
}

const jsonType: Keyword = (operand, { name, schema }) => {
  if (schema.has('bsonType')) {
    throw new CommandError('FailedToParse', "Cannot specify both $jsonSchema keywords 'type' and 'bsonType'")
  }
  const aliases = namesOf(operand, name).map((type) => {
    const alias = JSON_TYPES.get(type)
    if (alias !== undefined) return alias
    const why = type === 'integer' ? `type 'integer' is not currently supported.` : `type '${type}' is not known`
    throw new CommandError(type === 'integer' ? 'FailedToParse' : 'BadValue', `$jsonSchema ${why}`)
  })
  const types = readTypes(aliases, name)
  return (value) => types.has(typeName(value))
}

const bsonType: Keyword = (operand, { name }) => {
  const types = readTypes(namesOf(operand, name), name)
  return (value) => types.has(typeName(value))
}

/** `type` and `bsonType`. */
export const TYPE_KEYWORDS: Readonly<Record<string, Keyword>> = { type: jsonType, bsonType }
