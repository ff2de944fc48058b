import { fromEjson } from '../../../bson/ejson/from-ejson.ts'
import { parseJson } from '../../../bson/ejson/parse-json.ts'
import { valueToEjsonText } from '../../../bson/ejson/to-ejson-text.ts'
import { Binary, isDocument, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { RelayError } from '../../../errors.ts'
import { isShortToken } from './short-token.ts'

// what is not allowed: a text of many megabytes is searched in one pass, and nothing is remembered on the way
const NOT_HEX = /[^0-9A-Fa-f]/
const NOT_BASE64URL = /[^A-Za-z0-9_-]/

/** A resume token as the server gives it: since MongoDB 4.2 `{ _data: <hex> }`. Opaque. */
export type ServerToken = BsonDocument

/** Between the hex digits of `_data` and those of `_typeBits`. */
const TYPE_BITS = 'T'

/** The subtype of `_typeBits`. */
const GENERIC = 0

/**
 * Writes a server's resume token as one string, such that strings are in the order of the events: the hex digits of
 * `_data`, and after a `T` those of `_typeBits`, which tokens have whose document key holds a long, a double or a
 * decimal. Any other shape becomes the base64url of its canonical Extended JSON (which never looks like hex, because it
 * starts with `ey`).
 */
export function toTokenString(token: BsonValue | undefined): string {
  if (!isDocument(token)) throw new TypeError('An event without a resume token')
  const data = token.get('_data')
  const typeBits = token.get('_typeBits')
  if (typeof data === 'string' && token.size === 1 && (isHex(data) || isShortToken(data))) return data
  if (typeof data === 'string' && token.size === 2 && isHex(data) && isTypeBits(typeBits)) {
    return data + TYPE_BITS + Buffer.from(typeBits.buffer).toString('hex').toUpperCase()
  }
  // canonical, so that reading it back gives the same BSON types
  return Buffer.from(valueToEjsonText(token, 'CANONICAL')).toString('base64url')
}

/**
 * Reads a string that {@link toTokenString} wrote, into what `startAfter` takes, or one that {@link toShortToken} made,
 * into what stands for it. Of any length, because the document key is part of a token: what a caller can send is
 * bounded by the limit of its message.
 *
 * @throws RelayError `RESUME_TOKEN_INVALID` for any other string
 */
export function fromTokenString(text: string): ServerToken {
  if (isHex(text) || isShortToken(text)) return new Map([['_data', text]])
  const [data = '', typeBits = '', ...more] = text.split(TYPE_BITS, 3)
  if (isHex(data) && isHex(typeBits) && more.length === 0) {
    return new Map<string, BsonValue>([
      ['_data', data],
      ['_typeBits', new Binary(Buffer.from(typeBits, 'hex'), GENERIC)],
    ])
  }
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

function isTypeBits(value: BsonValue | undefined): value is Binary {
  return value instanceof Binary && value.sub_type === GENERIC && value.buffer.length > 0
}

function isHex(text: string): boolean {
  return text !== '' && text.length % 2 === 0 && !NOT_HEX.test(text)
}

function invalid(why: string, cause: unknown): RelayError {
  return new RelayError('RESUME_TOKEN_INVALID', `Not a resume token of this relay: ${why}`, { cause })
}
