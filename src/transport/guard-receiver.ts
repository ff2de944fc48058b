import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'

/**
 * Has ws take nothing more of what a client sent after the first error in it.
 *
 * A Node stream hands on the chunks that wait although the one before them failed, and ws 8.23 then reads a mask that it has
 * dropped: it throws where nobody can catch it, and whoever can open a socket could end the process.
 */
export function guardReceiver(socket: WebSocket): void {
  // what parses frames; not public
  const receiver: unknown = Reflect.get(socket, '_receiver')
  if (!(receiver instanceof Writable)) return
  const write = receiver._write.bind(receiver)
  receiver._write = (chunk, encoding, done) => (receiver.errored ? done() : write(chunk, encoding, done))
}
