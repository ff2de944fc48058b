import { Writable } from 'node:stream'
import type { WebSocket } from 'ws'

const guarded = new WeakSet<object>()

/**
 * Has ws take nothing more of what a client sent after the first error in it.
 *
 * A Node stream hands on the chunks that wait although the one before them failed, and ws 8.23 then reads a mask that
 * it has dropped: it throws where nothing can catch it, and any caller could end the process.
 *
 * **Cost**: nothing for each socket. What parses frames is mended for all of them, with the first one.
 */
export function guardReceiver(socket: WebSocket): void {
  // not public
  const receiver: unknown = Reflect.get(socket, '_receiver')
  if (!(receiver instanceof Writable)) return
  // a class of ws, which has Writable's methods
  const prototype = Object.getPrototypeOf(receiver) as Writable
  if (guarded.has(prototype)) return
  guarded.add(prototype)
  const write = prototype._write
  prototype._write = function (this: Writable, chunk, encoding, done) {
    if (this.errored) done()
    else write.call(this, chunk, encoding, done)
  }
}
