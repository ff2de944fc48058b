import type { Duplex } from 'node:stream'
import { CloseCode } from 'graphql-ws'
import { type RawData, WebSocket } from 'ws'
import { ignoreError } from '../../../errors.ts'
import type { Batch } from '../../../relay/feed/sink.ts'
import type { Connection } from '../../../relay/transport/websocket/connection.ts'
import type { SocketChannel } from '../../../relay/transport/websocket/socket-channel.ts'
import type { FastPath } from './fast-path/fast-path.ts'
import { guardReceiver } from './fast-path/guard-receiver.ts'

/**
 * A WebSocket that knows its connection, so that its listeners are the same functions for all sockets, and writes
 * results past `ws`.
 */
export class RelaySocket extends WebSocket implements SocketChannel {
  /** Absent before {@link RelaySocket.listenFor}. */
  connection: Connection | undefined = undefined
  #below: Duplex | undefined = undefined
  #fastPath: FastPath | undefined = undefined

  /** Says which TCP or TLS socket this is above, before anything else. */
  openAbove(below: Duplex, fastPath: FastPath): void {
    this.#below = below
    this.#fastPath = fastPath
  }

  /** Has a connection hear, from now on, what happens to its socket. */
  listenFor(connection: Connection): void {
    this.connection = connection
    guardReceiver(this)
    this.on('error', ignoreSocketError)
    this.on('message', onMessage)
    // ws answers these by itself
    this.on('ping', onPing)
    this.on('pong', onPong)
    this.on('close', onClose)
  }

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN
  }

  get bufferedBytes(): number {
    return this.#below?.writableLength ?? 0
  }

  sendNext(batch: Batch, idText: string, isAlone: boolean): void {
    if (this.#below) this.#fastPath?.write(this.#below, batch, idText, isAlone)
  }

  onDrain(listener: () => void): void {
    this.#below?.on('drain', listener)
  }

  onceClosed(listener: () => void): void {
    if (this.readyState === WebSocket.CLOSED) listener()
    else this.once('close', listener)
  }
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
