import { EjsonError, type Json } from '../../bson/ejson/json.ts'
import { fromEjson } from '../../bson/ejson/from-ejson.ts'
import { parseJson } from '../../bson/ejson/parse-json.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { badUserInput } from '../../errors.ts'

/**
 * Reads Extended JSON as a client sent it: a value, or a string that holds Extended JSON text.
 *
 * @param name what the value is, for messages
 * @throws RelayError `BAD_USER_INPUT` with what was expected and what came, where it is not Extended JSON
 */
export function readEjson(input: unknown, name: string): BsonValue {
  try {
    // what is no JSON is refused, wherever it is
    return fromEjson(typeof input === 'string' ? parseJson(input) : (input as Json))
  } catch (error) {
    if (error instanceof EjsonError) throw badUserInput(`${name} ${error.message}`)
    throw error
  }
}

/**
 * {@link readEjson} for a value that must be a document.
 *
 * @throws RelayError `BAD_USER_INPUT` when it is anything else
 */
export function readEjsonDocument(input: unknown, name: string): BsonDocument {
  const value = readEjson(input, name)
  if (isDocument(value)) return value
  throw badUserInput(`${name} must be a document, such as {"a": 1}`)
}
