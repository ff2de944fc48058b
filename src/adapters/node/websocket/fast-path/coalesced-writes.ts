import type { Writable } from 'node:stream'

/** Writes to sockets such that what one turn of the event loop writes to a socket is one system call. */
export interface CoalescedWrites {
  /** Writes, at the latest when the code that runs now has come to its end. */
  write(socket: Writable, chunks: readonly Uint8Array[]): void
}

/** Corks sockets at their first write in a turn, and uncorks all of them together. */
export function createCoalescedWrites(): CoalescedWrites {
  let corked = new Set<Writable>()

  const uncork = () => {
    const sockets = corked
    corked = new Set()
    for (const socket of sockets) socket.uncork()
  }

  return {
    write(socket, chunks) {
      if (!corked.has(socket)) {
        if (corked.size === 0) queueMicrotask(uncork)
        corked.add(socket)
        socket.cork()
      }
      for (const chunk of chunks) socket.write(chunk)
    },
  }
}
