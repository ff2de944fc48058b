import { EJSON } from 'bson'
import { RelayError } from '../errors.ts'
import { isPlainDocument } from './ejson-input.ts'

// what is not allowed: a text of many megabytes is searched in one pass, and nothing is remembered on the way
const NOT_HEX = /[^0-9A-Fa-f]/
const NOT_BASE64URL = /[^A-Za-z0-9_-]/

/** A resume token as the server gives it: since MongoDB 4.2 `{ _data: <hex> }`. Opaque. */
export type ServerToken = Readonly<Record<string, unknown>>

/**
 * Writes a server's resume token as one string: the hex digits of `_data` as they are, and any other shape as the
 * base64url of its canonical Extended JSON (which never looks like hex, because it starts with `ey`).
 */
export function toTokenString(token: unknown): string {
  if (isPlainHexToken(token)) return token._data
  // relaxed: false, so that reading it back gives the same BSON types
  return Buffer.from(EJSON.stringify(token, { relaxed: false })).toString('base64url')
}

/**
 * Reads a string that {@link toTokenString} wrote, into what `startAfter` takes. Of any length, because the document key is
 * part of a token: what a caller can send is bounded by the limit of its message.
 *
 * @throws RelayError `RESUME_TOKEN_INVALID` for any other string
 */
export function fromTokenString(text: string): ServerToken {
  if (isHex(text)) return { _data: text }
  if (NOT_BASE64URL.test(text)) throw invalid('it is neither hex nor base64url', undefined)
  let value: unknown
  try {
    value = EJSON.parse(Buffer.from(text, 'base64url').toString(), { relaxed: false })
  } catch (cause) {
    throw invalid('it is not complete', cause)
  }
  if (isPlainDocument(value)) return value
  throw invalid('it holds no document', undefined)
}

function isPlainHexToken(token: unknown): token is { readonly _data: string } {
  return (
    isPlainDocument(token) &&
    Object.keys(token).length === 1 &&
    typeof token['_data'] === 'string' &&
    isHex(token['_data'])
  )
}

function isHex(text: string): boolean {
  return text !== '' && text.length % 2 === 0 && !NOT_HEX.test(text)
}

function invalid(why: string, cause: unknown): RelayError {
  return new RelayError('RESUME_TOKEN_INVALID', `Not a resume token of this relay: ${why}`, { cause })
}
