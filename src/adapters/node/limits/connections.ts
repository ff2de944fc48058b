import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Refusal } from '../../../relay/transport/http/requests/refusal.ts'
import type { ClientAddress } from '../../../relay/transport/limits/client-address.ts'
import type { ConnectionPlaces, Hold } from '../../../relay/transport/limits/connection-places.ts'
import { addressOf } from './address-of.ts'

/** Gives why a request is refused, or `undefined`, and then counts it until it is over. */
export type AdmitRequest = (request: IncomingMessage, hold: Hold) => Refusal | undefined

/** Sockets over the limit that get an answer which says so, instead of being cut off without a word. */
const SPARE = 64

/**
 * Counts the sockets of a server that is the relay's own: those over a limit are refused at their first request. Behind
 * a trusted proxy, WebSockets and requests that are being answered are counted, by the client's address; the sockets of
 * the proxy itself have no address.
 */
export function admitSockets(
  server: Server,
  places: ConnectionPlaces,
  clients: ClientAddress,
  maxConnections: number,
): AdmitRequest {
  const refused = new WeakMap<Socket, Refusal>()
  const releases = new WeakMap<Socket, () => void>()
  let open = 0

  function onClose(this: Socket): void {
    open--
    releases.get(this)?.()
  }

  // not by the server's `maxConnections`: where processes share a port, Node would pass a socket that one of them cuts
  // off on to the next, round and round while all are full
  server.on('connection', (socket: Socket) => {
    open++
    // one for all sockets, because there are many
    socket.on('close', onClose)
    if (open > maxConnections + SPARE) return void socket.destroy()
    const address = addressOf(socket)
    const refusal = places.admit(clients.isProxy(address) ? '' : address, (release) => releases.set(socket, release))
    if (refusal) refused.set(socket, refusal)
  })

  return (request, hold) => {
    const refusal = refused.get(request.socket)
    if (refusal) return refusal
    const own = addressOf(request.socket)
    const address = clients.of(own, request.headers)
    // a client of its own socket is counted with that
    return address === own ? undefined : places.admitFor(address, hold)
  }
}

/** Counts what somebody else's server hands in, as its sockets may have other uses. */
export function admitRequests(places: ConnectionPlaces, clients: ClientAddress): AdmitRequest {
  return (request, hold) => places.admit(clients.of(addressOf(request.socket), request.headers), hold)
}
