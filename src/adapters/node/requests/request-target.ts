import type { IncomingMessage } from 'node:http'
import { badRequest, type Refusal } from '../../../relay/transport/http/requests/refusal.ts'

/** Of a request, what is looked at and settled. */
export type Target = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'httpVersion' | 'method' | 'url'>

/** A name or an address and maybe a port, and nothing else that a URL could have there. */
const HOST = /^(?:\[[\da-f:.]+\]|[^\s/?#@:[\]\\]+)(?::\d*)?$/i

/** What proxies send: a whole URL instead of a path. */
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is

/**
 * Gives a request the form that all others have: `url` with path and query alone, and `headers.host` with the host that
 * it is sent to, which a whole URL in the request line says before `Host` does. `host` stays absent where HTTP/1.0 has
 * none.
 *
 * Gives why that cannot be done.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function settleTarget(request: Target): Refusal | undefined {
  const { headers, rawHeaders, httpVersion, method, url = '' } = request
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host')
  if (hosts.length > 1) return badRequest(`Expected one Host header; ${hosts.length} came`)
  // of requests that do not upgrade, Node says so itself
  if (headers.host === undefined && httpVersion !== '1.0') return badRequest('Expected a Host header')
  // a URL without an authority has none to send
  if (headers.host === '') delete headers.host
  const [, authority, path = ''] = ABSOLUTE_FORM.exec(url) ?? []
  if (authority !== undefined) {
    headers.host = authority
    request.url = path.startsWith('/') ? path : `/${path}`
  } else if (!url.startsWith('/') && !(method === 'OPTIONS' && url === '*')) {
    return badRequest('Expected a path, or a URL with http: or https:, after the method')
  }
  const { host } = headers
  if (host !== undefined && !(HOST.test(host) && URL.canParse(`http://${host}`))) {
    return badRequest('Expected a host name or an address, with or without a port, as the host')
  }
  return undefined
}
