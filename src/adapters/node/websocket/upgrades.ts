import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { handleProtocols } from 'graphql-ws'
import { WebSocketServer } from 'ws'
import type { Sockets } from '../../../relay/transport/websocket/sockets.ts'
import { createFastPath } from './fast-path/fast-path.ts'
import { RelaySocket } from './relay-socket.ts'

/** Makes WebSockets of HTTP connections. */
export interface Upgrades {
  /** @param address what an anonymous caller at the other end is counted by */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, address: string): void
  /** From now on upgrades are answered with 503: nothing would close their sockets. */
  stop(): void
}

/** Adapts `ws`, which keeps the sockets, to what speaks the protocol. */
export function createUpgrades(sockets: Sockets, maxMessageBytes: number): Upgrades {
  const fastPath = createFastPath()
  const server = new WebSocketServer({
    noServer: true,
    WebSocket: RelaySocket,
    // they are among the connections already
    clientTracking: false,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    // an operation that is completed is over before its id can be used again; and a flood lets others have their turn
    allowSynchronousEvents: false,
    handleProtocols,
  })
  return {
    upgrade(request, below, head, address) {
      server.handleUpgrade(request, below, head, (socket) => {
        socket.openAbove(below, fastPath)
        socket.listenFor(sockets.open(socket, { headers: request.headers, address }))
      })
    },
    stop: () => server.close(),
  }
}
