import type { Socket } from 'node:net'

/**
 * Connects two sockets with each other until one of them is closed, and keeps `open` up to date with those that are
 * not.
 */
export function pipeSockets(client: Socket, server: Socket, open: Set<Socket>): void {
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    open.add(one)
    one.on('error', () => other.destroy())
    one.on('close', () => {
      open.delete(one)
      other.destroy()
    })
  }
  client.pipe(server).pipe(client)
}
