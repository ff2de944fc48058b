import { isIP } from 'node:net'
import type { RequestHeaders } from './http/headers.ts'
import { toHost } from '../../util/addresses/host-name.ts'
import { isLoopback } from '../../util/addresses/loopback.ts'
import { toOrigin } from '../../util/addresses/origin.ts'

/** Decides by the names that a request is sent to, and by the page that sends it, whether it may talk to this relay. */
export interface OriginPolicy {
  /**
   * Whether requests of foreign pages could be served, so that pages are to be asked for by {@link
   * OriginPolicy.isPageAllowed}: where callers need no credentials, or browsers add them to what any page sends.
   */
  readonly judgesPages: boolean
  /**
   * The first name in `Host` and `X-Forwarded-Host` that is none of this relay's; `undefined` when all are, or there is
   * none, as in health checks by HTTP/1.0. A foreign page whose name was made to resolve to this relay (DNS rebinding)
   * sends its own.
   */
  foreignHost(headers: RequestHeaders): string | undefined
  /**
   * Whether what sends the request is no page, or a page that may: one whose `Origin` {@link
   * OriginPolicy.isOriginAllowed} allows, or one of which the browser says that it is of the same origin, whatever a
   * proxy has made of `Host`.
   */
  isPageAllowed(headers: RequestHeaders): boolean
  /**
   * Whether there is an `Origin`, and it is the relay's own by one of the names that the request is sent to, or listed.
   */
  isOriginAllowed(headers: RequestHeaders): boolean
  /** Whether an origin is one of those that are listed: pages of these may read answers (CORS). */
  isListed(origin: string): boolean
}

/** What {@link createOriginPolicy} goes by. */
export interface OriginPolicyOptions {
  /** The address that the relay listens on; a name is one of its own. */
  readonly host: string
  /** Further names of the relay, such as `relay.example.com`, which a proxy in front of it has. Default none. */
  readonly allowedHosts?: readonly string[]
  /** Further origins, such as `https://app.example.com`. Their hosts are names of the relay, too. */
  readonly allowedOrigins: readonly string[]
  /**
   * Whether callers without credentials are served. Then the relay answers to addresses, loopback names and those that
   * are listed; otherwise to any name, but on a loopback address never to more than loopback and listed ones. Default
   * false.
   */
  readonly takesAnonymous?: boolean
  /**
   * Whether callers are known by what browsers add to what any page sends, such as a session's cookie. Default false.
   */
  readonly takesAmbient?: boolean
}

/** @throws TypeError when an allowed origin or host is none */
export function createOriginPolicy(options: OriginPolicyOptions): OriginPolicy {
  const { host, takesAnonymous = false, takesAmbient = false } = options
  const origins = new Set(options.allowedOrigins.map(toOrigin))
  const hosts = new Set((options.allowedHosts ?? []).map(toHost))
  const ownNames = [host, ...hosts].map((name) => urlOf(`http://${name}`)?.hostname ?? name)
  const names = new Set([...ownNames, ...[...origins].map((origin) => new URL(origin).hostname)])

  // whatever the port: it does not show which name a page has
  const isNameAllowed = (text: string) => {
    const name = urlOf(`http://${text}`)?.hostname
    if (name === undefined) return false
    if (isLoopback(name) || names.has(name)) return true
    return !isLoopback(host) && (!takesAnonymous || isAddress(name))
  }
  const isOriginAllowed = (headers: RequestHeaders) => {
    const origin = urlOf(headers.origin ?? '')
    if (!origin) return false
    // compared as URLs, so that a default port may be written or not
    const isOwn = (own: string) => origin.host === urlOf(`${origin.protocol}//${own}`)?.host
    return origins.has(origin.origin) || [...hosts, ...hostsOf(headers)].some(isOwn)
  }

  return {
    judgesPages: takesAnonymous || takesAmbient,
    isOriginAllowed,
    isListed: (origin) => origins.has(origin),
    foreignHost: (headers) => hostsOf(headers).find((name) => !isNameAllowed(name)),
    isPageAllowed(headers) {
      const site = headers['sec-fetch-site']
      // pages cannot write this one, and browsers send it only where nothing can stand in for the relay
      if (site === 'same-origin') return true
      // pages of other origins get images and the like without saying who they are
      if (headers.origin === undefined) return site === undefined || site === 'none'
      return isOriginAllowed(headers)
    },
  }
}

function hostsOf({ host, 'x-forwarded-host': forwarded }: RequestHeaders): string[] {
  const hosts = [host, ...String(forwarded ?? '').split(',')]
  return hosts.map((name) => name?.trim() ?? '').filter((name) => name !== '')
}

function isAddress(name: string): boolean {
  return isIP(name.replaceAll(/^\[|\]$/g, '')) !== 0
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
