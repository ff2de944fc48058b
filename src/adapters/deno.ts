import { createHandler, type Handler } from '../relay/handler.ts'
import type { HandlerOptions } from '../relay/handler-options.ts'
import { serveSocket } from './web-socket.ts'

/** Of Deno, what is used here. */
interface DenoRuntime {
  upgradeWebSocket(
    request: Request,
    options: { readonly protocol?: string; readonly idleTimeout: number },
  ): { readonly socket: WebSocket; readonly response: Response }
}

/** Of what `Deno.serve` knows of a request, what is used here. */
export interface DenoConnection {
  readonly remoteAddr: { readonly hostname?: string }
}

/** What `Deno.serve` takes. */
export interface DenoHandler extends Pick<Handler, 'stats' | 'stop'> {
  fetch(request: Request, connection: DenoConnection): Promise<Response>
}

const PROTOCOL = 'graphql-transport-ws'

/**
 * A relay for `Deno.serve`.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 * @example
 * const relay = createDenoHandler({ mongoUri: Deno.env.get('MONGODB_URI') })
 * Deno.serve({ port: 8888 }, relay.fetch)
 */
export function createDenoHandler(options: HandlerOptions): DenoHandler {
  const handler = createHandler(options)
  // it runs where that is
  const { Deno: runtime } = globalThis as unknown as { readonly Deno: DenoRuntime }
  return {
    stats: handler.stats,
    stop: handler.stop,
    async fetch(request, { remoteAddr }) {
      // its `signal` would also tell of answers that went well, and Deno warns who asks for it
      const connection = { address: remoteAddr.hostname, cancelsBodies: true }
      if (!handler.isUpgrade(request)) return handler.fetch(request, connection)
      const refused = await handler.refuseUpgrade(request, connection)
      if (refused) return refused
      const isOffered = (request.headers.get('sec-websocket-protocol') ?? '').includes(PROTOCOL)
      const { socket, response } = runtime.upgradeWebSocket(request, {
        idleTimeout: 0,
        ...(isOffered ? { protocol: PROTOCOL } : {}),
      })
      socket.addEventListener('open', () => serveSocket(handler, request, socket, connection, true))
      return response
    },
  }
}
