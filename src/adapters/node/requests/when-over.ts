import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What to do when a socket is closed: one listener for all responses of a connection. */
const ofSocket = new WeakMap<Socket, Set<() => void>>()

/**
 * Calls `done` once, when a response is sent or given up. Node tells nothing to a response that waits behind another
 * one on its connection (HTTP pipelining) when that is closed; this does.
 */
export function whenOver(response: ServerResponse, done: () => void): void {
  const socket = socketOf(response)
  if (!socket) return done()
  const waiting = ofSocket.get(socket) ?? watch(socket)
  const over = () => {
    response.off('close', over)
    if (waiting.delete(over)) done()
  }
  waiting.add(over)
  response.on('close', over)
}

/** The socket of a response's connection; `undefined` when that is closed, of which Node's types know nothing. */
export function socketOf({ req }: ServerResponse): Socket | undefined {
  const { socket } = req as { readonly socket: Socket | null }
  return socket === null || socket.destroyed ? undefined : socket
}

function watch(socket: Socket): Set<() => void> {
  const waiting = new Set<() => void>()
  ofSocket.set(socket, waiting)
  socket.once('close', () => {
    for (const over of [...waiting]) over()
  })
  return waiting
}
