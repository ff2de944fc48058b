import { fromEjson } from '../bson/ejson/from-ejson.ts'
import { parseJson } from '../bson/ejson/parse-json.ts'
import { valueToEjsonText } from '../bson/ejson/to-ejson-text.ts'
import { isDocument, type BsonDocument, type BsonValue } from '../bson/values.ts'
import { RelayError } from '../errors.ts'

// what is not allowed: a text of many megabytes is searched in one pass, and nothing is remembered on the way
const NOT_HEX = /[^0-9A-Fa-f]/
const NOT_BASE64URL = /[^A-Za-z0-9_-]/

/** A resume token as the server gives it: since MongoDB 4.2 `{ _data: <hex> }`. Opaque. */
export type ServerToken = BsonDocument

/**
 * Writes a server's resume token as one string: the hex digits of `_data` as they are, and any other shape as the
 * base64url of its canonical Extended JSON (which never looks like hex, because it starts with `ey`).
 */
export function toTokenString(token: BsonValue | undefined): string {
  if (!isDocument(token)) throw new TypeError('An event without a resume token')
  const data = token.get('_data')
  if (token.size === 1 && typeof data === 'string' && isHex(data)) return data
  // canonical, so that reading it back gives the same BSON types
  return Buffer.from(valueToEjsonText(token, 'CANONICAL')).toString('base64url')
}

/**
 * Reads a string that {@link toTokenString} wrote, into what `startAfter` takes. Of any length, because the document key is
 * part of a token: what a caller can send is bounded by the limit of its message.
 *
 * @throws RelayError `RESUME_TOKEN_INVALID` for any other string
 */
export function fromTokenString(text: string): ServerToken {
  if (isHex(text)) return new Map([['_data', text]])
  if (NOT_BASE64URL.test(text)) throw invalid('it is neither hex nor base64url', undefined)
  let value: BsonValue
  try {
    value = fromEjson(parseJson(Buffer.from(text, 'base64url').toString()))
  } catch (cause) {
    throw invalid('it is not complete', cause)
  }
  if (isDocument(value)) return value
  throw invalid('it holds no document', undefined)
}

function isHex(text: string): boolean {
  return text !== '' && text.length % 2 === 0 && !NOT_HEX.test(text)
}

function invalid(why: string, cause: unknown): RelayError {
  return new RelayError('RESUME_TOKEN_INVALID', `Not a resume token of this relay: ${why}`, { cause })
}
