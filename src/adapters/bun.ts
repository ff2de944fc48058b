import { createHandler, type Handler } from '../relay/handler.ts'
import { type HandlerOptions, settleHandlerOptions } from '../relay/handler-options.ts'
import type { SocketReceiver } from '../relay/transport/websocket/receiver.ts'

/** Of Bun's server, what is used here. */
export interface BunServer {
  upgrade(request: Request, options: { data: BunSocketData; headers: Record<string, string> }): boolean
  requestIP(request: Request): { readonly address: string } | null
}

/** Of Bun's `ServerWebSocket`, what is used here. */
export interface BunSocket {
  readonly data: BunSocketData
  send(text: string): number
  close(code: number, reason: string): void
  terminate(): void
  getBufferedAmount(): number
}

/** What a socket brings from its request. */
export interface BunSocketData {
  readonly request: Request
  readonly address: string | undefined
  receiver?: SocketReceiver
}

/** What `Bun.serve` takes, besides a port. */
export interface BunHandler extends Pick<Handler, 'stats' | 'stop'> {
  /** Where the connection has become a WebSocket, Bun leaves aside the response that is given. */
  fetch(request: Request, server: BunServer): Promise<Response>
  /** Bun would end quiet event streams after 10 seconds. */
  readonly idleTimeout: 0
  readonly websocket: {
    readonly idleTimeout: 0
    readonly maxPayloadLength: number
    /** Bun drops what is sent beyond that, in bytes; subscriptions wait long before. */
    readonly backpressureLimit: number
    open(socket: BunSocket): void
    message(socket: BunSocket, message: unknown): void
    drain(socket: BunSocket): void
    close(socket: BunSocket, code: number, reason: string): void
  }
}

const PROTOCOL = 'graphql-transport-ws'

/** More than any event takes. */
const BACKPRESSURE_LIMIT = 268_435_456

/**
 * A relay for `Bun.serve`.
 *
 * @throws RelayError `BAD_USER_INPUT` that names an option which is not known or not valid
 * @example
 * Bun.serve({ port: 8888, ...createBunHandler({ mongoUri: process.env.MONGODB_URI }) })
 */
export function createBunHandler(options: HandlerOptions): BunHandler {
  const handler = createHandler(options)
  return {
    stats: handler.stats,
    stop: handler.stop,
    idleTimeout: 0,
    async fetch(request, server) {
      const address = server.requestIP(request)?.address
      if (!handler.isUpgrade(request)) return handler.fetch(request, { address })
      const refused = await handler.refuseUpgrade(request, { address })
      if (refused) return refused
      const isOffered = (request.headers.get('sec-websocket-protocol') ?? '').includes(PROTOCOL)
      const headers: Record<string, string> = isOffered ? { 'Sec-WebSocket-Protocol': PROTOCOL } : {}
      if (server.upgrade(request, { data: { request, address }, headers })) return new Response(null)
      return new Response('The WebSocket could not be opened\n', { status: 400 })
    },
    websocket: {
      idleTimeout: 0,
      maxPayloadLength: settleHandlerOptions(options).relay.maxMessageBytes,
      backpressureLimit: BACKPRESSURE_LIMIT,
      open(socket) {
        const { request, address } = socket.data
        const channel = {
          send: (text: string) => void socket.send(text),
          close: (code: number, reason: string) => socket.close(code, reason),
          terminate: () => socket.terminate(),
          bufferedBytes: () => socket.getBufferedAmount(),
        }
        socket.data.receiver = handler.connect(request, channel, { address })
      },
      message: (socket, message) => socket.data.receiver?.message(message),
      drain: (socket) => socket.data.receiver?.drained(),
      close: (socket, code, reason) => socket.data.receiver?.closed(code, reason),
    },
  }
}
