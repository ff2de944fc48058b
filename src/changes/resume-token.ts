import { EJSON } from 'bson'
import { RelayError } from '../errors.ts'
import { isPlainDocument } from './ejson-input.ts'

/** Longest token string taken, in characters. Real ones are a few hundred; the document key is part of them. */
const MAX_LENGTH = 16_384

const HEX = /^(?:[0-9A-Fa-f]{2})+$/
const BASE64URL = /^[A-Za-z0-9_-]+$/

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
 * Reads a string that {@link toTokenString} wrote, into what `startAfter` takes.
 *
 * @throws RelayError `RESUME_TOKEN_INVALID` for any other string
 */
export function fromTokenString(text: string): ServerToken {
  if (text.length > MAX_LENGTH) throw invalid('it is too long', undefined)
  if (HEX.test(text)) return { _data: text }
  if (!BASE64URL.test(text)) throw invalid('it is neither hex nor base64url', undefined)
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
    HEX.test(token['_data'])
  )
}

function invalid(why: string, cause: unknown): RelayError {
  return new RelayError('RESUME_TOKEN_INVALID', `Not a resume token of this relay: ${why}`, { cause })
}
