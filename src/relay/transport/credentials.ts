import type { Credentials } from '../auth/bearer-token.ts'
import type { RequestHeaders } from './http/headers.ts'
import type { OriginPolicy } from './origin-policy.ts'

/** Where {@link fromHeaders} looks besides `Authorization`. */
export interface CredentialSources {
  /** The cookie that holds a token; absent: cookies say nothing. */
  readonly cookie?: string | undefined
  readonly origins: OriginPolicy
}

/**
 * The credentials of a request: its `Authorization`, or else the cookie, if a page of the relay's own or of an allowed
 * origin sent it. Browsers add cookies to what any page sends, so that without that they are no sign of consent.
 *
 * `undefined` when there are none.
 */
export function fromHeaders(headers: RequestHeaders, sources: CredentialSources): Credentials | undefined {
  if (headers.authorization !== undefined) return { authorization: headers.authorization }
  const { cookie: name, origins } = sources
  if (name === undefined || headers.cookie === undefined || !isFromOwnPage(headers, origins)) return undefined
  const values = new Set(cookiesOf(headers.cookie, name))
  // one that another host of the domain has set beside the right one: the token's form refuses the two together
  return values.size === 0 ? undefined : { token: [...values].join(',') }
}

/**
 * The credentials in a message's payload, such as that of `connection_init`: `authorization` as the header would have
 * it, under either spelling, or a bare `token`. `undefined` when there are none.
 */
export function fromPayload(payload: unknown): Credentials | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined
  const { authorization, Authorization, token } = payload as Record<string, unknown>
  const credentials = { authorization: authorization ?? Authorization, token }
  return isGiven(credentials.authorization) || isGiven(token) ? credentials : undefined
}

/** Takes the credentials out of a payload. */
export function withoutCredentials(payload: Record<string, unknown>): Record<string, unknown> {
  const { authorization: _authorization, Authorization: _Authorization, token: _token, ...rest } = payload
  return rest
}

function isFromOwnPage(headers: RequestHeaders, origins: OriginPolicy): boolean {
  if (headers.origin !== undefined) return origins.isOriginAllowed(headers)
  return headers['sec-fetch-site'] === 'same-origin'
}

function cookiesOf(header: string, name: string): string[] {
  return header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    if (at < 0 || pair.slice(0, at).trim() !== name) return []
    const value = pair.slice(at + 1).trim()
    return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  })
}

// clients that have no token may send an empty one
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}
