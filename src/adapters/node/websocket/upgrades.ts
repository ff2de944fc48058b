import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Asked } from '../../../relay/transport/http/asked.ts'
import type { Sockets } from '../../../relay/transport/websocket/sockets.ts'
import { createFastPath } from './fast-path/fast-path.ts'
import { RelaySocket } from './relay-socket.ts'
import { serverOptions } from './server-options.ts'

/** What is kept of the request that a socket is opened by. */
export type Opening = Pick<Asked, 'headers' | 'address' | 'request'>

/** Makes WebSockets of HTTP connections. */
export interface Upgrades {
  /** @param asked who asks, as the relay takes it; that is kept with the socket */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, asked: Opening): void
  /** From now on upgrades are answered with 503: nothing would close their sockets. */
  stop(): void
}

/** Adapts `ws`, which keeps the sockets, to what speaks the protocol. */
export function createUpgrades(sockets: Sockets, maxMessageBytes: number): Upgrades {
  const fastPath = createFastPath()
  const server = new WebSocketServer({ ...serverOptions(maxMessageBytes), WebSocket: RelaySocket })
  return {
    upgrade(request, below, head, { headers, address, request: given }) {
      server.handleUpgrade(request, below, head, (socket) => {
        socket.openAbove(below, fastPath)
        socket.listenFor(sockets.open(socket, { headers, address, request: given }))
      })
    },
    stop: () => server.close(),
  }
}
