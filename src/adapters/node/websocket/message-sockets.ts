import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { ignoreError } from '../../../errors.ts'
import type { MessageSocket } from '../../../relay/transport/websocket/message-channel.ts'
import type { SocketReceiver } from '../../../relay/transport/websocket/receiver.ts'
import { serverOptions } from './server-options.ts'

/** Makes WebSockets of HTTP connections, for a handler that knows messages alone. */
export interface MessageSockets {
  /** @param serve has a handler serve the socket, once it is open */
  open(request: IncomingMessage, below: Duplex, head: Buffer, serve: (socket: MessageSocket) => SocketReceiver): void
}

const ignoreSocketError = ignoreError('ws closes the socket with the code that fits')

/** Adapts `ws` to {@link MessageSocket}. */
export function createMessageSockets(maxMessageBytes: number): MessageSockets {
  const server = new WebSocketServer(serverOptions(maxMessageBytes))
  return {
    open(request, below, head, serve) {
      server.handleUpgrade(request, below, head, (socket) => {
        const receiver = serve(toMessageSocket(socket))
        socket.on('message', (data: RawData, isBinary) => receiver.message(isBinary ? data : String(data)))
        socket.on('close', (code, reason) => receiver.closed(code, String(reason)))
        socket.on('error', ignoreSocketError)
        below.on('drain', receiver.drained)
      })
    },
  }
}

function toMessageSocket(socket: WebSocket): MessageSocket {
  return {
    send: (text) => socket.send(text),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    bufferedBytes: () => socket.bufferedAmount,
  }
}
