import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { RelayFixture } from './relay.ts'

/** Opens a connection to the relay of a test, for bytes that are written by hand; it may be cut off. */
export async function openConnection({ relay, onEnd }: RelayFixture): Promise<Socket> {
  const { hostname, port } = new URL(relay.url)
  const socket = connect(Number(port), hostname)
  onEnd(() => socket.destroy())
  socket.on('error', () => 'cut off on purpose')
  await once(socket, 'connect')
  return socket
}
