import { createHandler, type Handler } from '../relay/handler.ts'
import type { HandlerOptions } from '../relay/handler-options.ts'
import { serveSocket } from './web-socket.ts'

/** A Durable Object that holds a relay. Classes that extend it can ask for the relay's statistics, and stop it. */
export interface RelayObject extends Pick<Handler, 'stats' | 'stop'> {
  fetch(request: Request): Promise<Response>
}

/** Of a binding to Durable Objects, what is used here. */
export interface RelayObjects {
  idFromName(name: string): unknown
  get(id: unknown): { fetch(request: Request): Promise<Response> }
}

/** Of `WebSocketPair` and what belongs to it, what is used here. */
interface ServerSocket extends WebSocket {
  accept(): void
}
interface Workerd {
  readonly WebSocketPair: new () => { readonly 0: WebSocket; readonly 1: ServerSocket }
}

const PROTOCOL = 'graphql-transport-ws'

/**
 * A class of Durable Objects that hold a relay each. An object, because in workerd what one request has opened is no
 * other request's, unless both are an object's; and one that does not hibernate while it is subscribed to, because it
 * reads a change stream then.
 *
 * @param optionsOf gives the options from the worker's environment
 * @example
 * export const Relay = createRelayObject((env) => ({ mongoUri: env.MONGODB_URI }))
 * export default { fetch: (request, env) => toRelay(env.RELAY, request) }
 */
export function createRelayObject<Env>(
  optionsOf: (env: Env) => HandlerOptions,
): new (state: unknown, env: Env) => RelayObject {
  return class {
    readonly #handler: Handler

    constructor(_state: unknown, env: Env) {
      this.#handler = createHandler(optionsOf(env))
    }

    stats() {
      return this.#handler.stats()
    }

    stop() {
      return this.#handler.stop()
    }

    async fetch(request: Request): Promise<Response> {
      const handler = this.#handler
      // set by Cloudflare, whatever a client sends
      const connection = { address: request.headers.get('cf-connecting-ip') ?? undefined }
      if (!handler.isUpgrade(request)) return handler.fetch(request, connection)
      const refused = await handler.refuseUpgrade(request, connection)
      if (refused) return refused
      // it runs where that is
      const { WebSocketPair } = globalThis as unknown as Workerd
      const { 0: client, 1: server } = new WebSocketPair()
      server.accept()
      serveSocket(handler, request, server, connection)
      const isOffered = (request.headers.get('sec-websocket-protocol') ?? '').includes(PROTOCOL)
      const headers: Record<string, string> = isOffered ? { 'Sec-WebSocket-Protocol': PROTOCOL } : {}
      // workerd's own property
      return new Response(null, { status: 101, headers, webSocket: client } as ResponseInit)
    }
  }
}

/**
 * Hands a request to the object that holds a relay.
 *
 * @param name which object, so that relays can be told apart by what they serve. Default: one for all
 */
export function toRelay(objects: RelayObjects, request: Request, name = 'relay'): Promise<Response> {
  return objects.get(objects.idFromName(name)).fetch(request)
}
