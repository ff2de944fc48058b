import { CloseCode } from 'graphql-ws'
import { type RawData, WebSocket } from 'ws'
import { ignoreError } from '../../../errors.ts'
import type { Connection } from './connection.ts'
import { guardReceiver } from './fast-path/guard-receiver.ts'

/** A WebSocket that knows its connection, so that its listeners are the same functions for all sockets. */
export class RelaySocket extends WebSocket {
  /** Absent before {@link listenFor}. */
  connection: Connection | undefined = undefined
}

/** Has a connection hear, from now on, what happens to its socket. */
export function listenFor(socket: RelaySocket, connection: Connection): void {
  socket.connection = connection
  guardReceiver(socket)
  socket.on('error', ignoreSocketError)
  socket.on('message', onMessage)
  // ws answers these by itself
  socket.on('ping', onPing)
  socket.on('pong', onPong)
  socket.on('close', onClose)
}

const ignoreSocketError = ignoreError(
  'ws closes the socket with the code that fits, such as 1009 for a message too large',
)

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (isBinary) return this.close(CloseCode.BadRequest, 'Invalid message received')
  connectionOf(this)?.receive(String(data))
}

function onPing(this: WebSocket): void {
  connectionOf(this)?.pauseWhileUnread()
}

function onPong(this: WebSocket): void {
  connectionOf(this)?.answered()
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  connectionOf(this)?.ended(code, String(reason))
}

function connectionOf(socket: WebSocket): Connection | undefined {
  return socket instanceof RelaySocket ? socket.connection : undefined
}
