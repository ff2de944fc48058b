import { JsonFields } from '../../src/bson/ejson/json.ts'
import { parseJson } from '../../src/bson/ejson/parse-json.ts'

/**
 * Reads the text of an event, to be shown as it is: fields in their order, those with one name as well, and numbers
 * with their digits. `JSON.parse` would move fields with integer-like names. Gives the text itself where it is not to
 * be read.
 */
export function readEvent(text: string): unknown {
  try {
    return parseJson(text, undefined, (fields) => new JsonFields(fields))
  } catch {
    return text
  }
}
