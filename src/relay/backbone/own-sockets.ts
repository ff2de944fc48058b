import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

/** The sockets that something opens, so that they can be closed whatever becomes of it. */
export interface OwnSockets {
  /** Runs something; what it opens now or later is one of them, and so is what those open whom it calls. */
  run<T>(open: () => T): T
  /** Makes a function that may be called by what runs so: what it opens is not one of them. */
  outside<A extends unknown[], T>(call: (...args: A) => T): (...args: A) => T
  /** Destroys those that are open. */
  destroy(): void
}

const context = new AsyncLocalStorage<Set<Socket> | undefined>()
let isListening = false

/**
 * Follows what a library opens that forgets sockets: that of NATS leaves one open that was connecting when it gave up,
 * or that has connected to something which does not answer.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#net
 */
export function createOwnSockets(): OwnSockets {
  if (!isListening) subscribe('net.client.socket', note)
  isListening = true
  const sockets = new Set<Socket>()
  return {
    run: (open) => context.run(sockets, open),
    outside:
      (call) =>
      (...args) =>
        context.run(undefined, () => call(...args)),
    destroy() {
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
  }
}

function note(message: unknown): void {
  const sockets = context.getStore()
  if (!sockets) return
  // no listener of ours would stay on them
  for (const socket of sockets) if (socket.destroyed) sockets.delete(socket)
  sockets.add((message as { readonly socket: Socket }).socket)
}
