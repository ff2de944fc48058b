import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../loopback.ts'
import { toOrigin } from '../origin.ts'

/** Decides by `Host` and `Origin` whether a request comes from a page that may talk to this relay. */
export interface OriginPolicy {
  /**
   * Whether the `Host` header names this server. On a loopback address only loopback names do, so that a foreign page
   * whose name was made to resolve to 127.0.0.1 (DNS rebinding) gets nothing.
   */
  isHostAllowed(headers: IncomingHttpHeaders): boolean
  /** Whether a WebSocket may be opened: no `Origin` (not a browser), the same host as `Host`, or one that is listed. */
  isOriginAllowed(headers: IncomingHttpHeaders): boolean
  /** Whether an origin is one of those that are listed: pages of these may read answers (CORS). */
  isListed(origin: string): boolean
}

/** Options of {@link createOriginPolicy}. */
export interface OriginPolicyOptions {
  /** The address that the relay listens on. */
  readonly host: string
  /** Further origins, such as `https://app.example.com`. Their hosts are allowed as `Host`, too. */
  readonly allowedOrigins: readonly string[]
}

/** @throws TypeError when an allowed origin is none */
export function createOriginPolicy(options: OriginPolicyOptions): OriginPolicy {
  const { host } = options
  const origins = new Set(options.allowedOrigins.map(toOrigin))
  const hosts = new Set([...origins].map((origin) => new URL(origin).host))

  return {
    isListed: (origin) => origins.has(origin),
    isHostAllowed(headers) {
      const url = urlOf(`http://${headers.host ?? ''}`)
      if (!url) return false
      return !isLoopback(host) || isLoopback(url.hostname) || hosts.has(url.host)
    },
    isOriginAllowed({ origin, host: own }) {
      if (origin === undefined) return true
      const url = urlOf(origin)
      // compared as URLs, so that a default port may be written or not
      return url !== undefined && (origins.has(url.origin) || url.host === urlOf(`${url.protocol}//${own}`)?.host)
    },
  }
}

function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}
