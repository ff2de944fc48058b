import type { Socket } from 'node:net'
import { plainAddress } from '../../../relay/transport/limits/client-address.ts'

/** The address at the other end of a socket, as {@link plainAddress} gives it; empty when there is none any more. */
export function addressOf(socket: Socket): string {
  const address = plainAddress(socket.remoteAddress ?? '')
  // Node keeps what it was asked for with each socket for as long as that is open; it can be asked again
  Reflect.set(socket, '_peername', undefined)
  return address
}
