import { IncomingMessage } from 'node:http'

/**
 * A request that asks for an upgrade only where it asks for a WebSocket. Left to Node, whatever has `Upgrade` would go
 * to the server's `upgrade` event without its body; other protocols, such as the `h2c` that Java's client and `curl
 * --http2` offer with each first request, are to be ignored, and so is any `Upgrade` in HTTP/1.0.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.8
 */
export class HttpRequest extends IncomingMessage {
  // what the parser says. Not initialised here, because Node's constructor sets it
  declare private isAsked: boolean | null

  get upgrade(): boolean {
    return this.isAsked === true && (this.method === 'CONNECT' || asksForWebSocket(this))
  }

  set upgrade(isAsked: boolean | null) {
    this.isAsked = isAsked
  }
}

/**
 * Lets go of what a request has brought, which Node would keep until it is answered. Nothing may ask for it any more.
 */
export function forgetRequest(request: IncomingMessage): void {
  Object.assign(request, { url: '', headers: {}, rawHeaders: [] })
}

function asksForWebSocket({ headers, httpVersion }: IncomingMessage): boolean {
  const protocols = (headers.upgrade ?? '').split(',').map((protocol) => protocol.trim().toLowerCase())
  return protocols.includes('websocket') && httpVersion !== '1.0'
}
