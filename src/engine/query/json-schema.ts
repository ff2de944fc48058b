import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { countWork } from '../../bson/work-budget.ts'
import { CommandError } from '../../bson/command-error.ts'
import { CONTAINER_KEYWORDS } from './json-schema/containers.ts'
import { LOGICAL_KEYWORDS } from './json-schema/logical.ts'
import { SCALAR_KEYWORDS } from './json-schema/scalars.ts'
import { TYPE_KEYWORDS } from './json-schema/types.ts'
import type { Keyword, ValueTest } from './json-schema/keyword.ts'

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  Object.entries({
    ...TYPE_KEYWORDS,
    ...SCALAR_KEYWORDS,
    ...CONTAINER_KEYWORDS,
    ...LOGICAL_KEYWORDS,
  }),
)

/** Keywords of JSON Schema draft 4 that the server knows and does not support. */
const UNSUPPORTED = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id', 'encrypt', 'encryptMetadata'])

/**
 * Compiles a schema as `$jsonSchema` takes it: draft 4 with `bsonType`. A keyword that is about another type than the
 * value's lets the value pass.
 * @throws CommandError FailedToParse for unknown and unsupported keywords, TypeMismatch and others for wrong operands
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
 */
export function compileJsonSchema(schema: BsonDocument): ValueTest {
  const tests = [...schema].flatMap(([name, operand]) => {
    const keyword = KEYWORDS.get(name)
    if (!keyword) throw unknownKeyword(name)
    const test = keyword(operand, { name, schema, compile: compileNested })
    return test ? [test] : []
  })
  return (value) => {
    countWork(tests.length)
    return tests.every((test) => test(value))
  }
}

function compileNested(schema: BsonValue, name: string): ValueTest {
  if (isDocument(schema)) return compileJsonSchema(schema)
  throw new CommandError('TypeMismatch', `$jsonSchema keyword '${name}' must be an object`)
}

function unknownKeyword(name: string): CommandError {
  const why = UNSUPPORTED.has(name)
    ? `$jsonSchema keyword '${name}' is not currently supported`
    : `Unknown $jsonSchema keyword: ${name}`
  return new CommandError('FailedToParse', why)
}
