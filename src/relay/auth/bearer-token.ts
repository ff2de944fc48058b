import { hasMoreBytes } from '../../util/text-bytes.ts'
import { Unauthenticated } from './unauthenticated.ts'

/** What a caller brought, as it came: anything that JSON or a header can hold. */
export interface Credentials {
  /** As in an `Authorization` header: `Bearer` and a token. */
  readonly authorization?: unknown
  /** A bare token. Looked at only where there is no `authorization`. */
  readonly token?: unknown
  /** The request itself, for those who find out by themselves who asks. */
  readonly request?: unknown
}

/** Characters that a token may have; without spaces, commas and quotes, which delimit it in headers. */
const BEARER = /^Bearer +([\x21\x23-\x2b\x2d-\x7e]+)$/i
const TOKEN = /^[\x21\x23-\x2b\x2d-\x7e]+$/

/**
 * The bearer token among credentials; `undefined` when there are none, as also an empty text counts.
 *
 * @throws Unauthenticated for any other scheme or shape, and for a token of more than `maxBytes`
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function bearerToken({ authorization, token }: Credentials, maxBytes: number): string | undefined {
  if (!isAbsent(authorization)) {
    const text = toText(authorization, maxBytes + 'Bearer '.length).trim()
    const found = BEARER.exec(text)?.[1]
    if (found === undefined) throw invalid('The credentials are not of the form `Bearer` and a token')
    return found
  }
  if (isAbsent(token)) return undefined
  const text = toText(token, maxBytes)
  if (!TOKEN.test(text)) throw invalid('The token holds characters that no token has')
  return text
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
}

function toText(value: unknown, maxBytes: number): string {
  if (typeof value !== 'string') throw invalid('The credentials are not a string')
  if (hasMoreBytes(value, maxBytes)) throw invalid('The token is too large')
  return value
}

function invalid(message: string): Unauthenticated {
  return new Unauthenticated('invalid', message)
}
