import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { createQuota } from '../../../util/quota.ts'
import { isLoopback } from '../../../util/addresses/loopback.ts'
import type { RelayValues } from '../../../relay/options/values.ts'
import { overLimit, type Refusal } from '../../../relay/transport/http/requests/refusal.ts'
import { type ClientAddress, countedAddress } from '../../../relay/transport/limits/client-address.ts'
import { addressOf } from './address-of.ts'

/**
 * How many connections there may be. Behind a trusted proxy, WebSockets and requests that are being answered are
 * counted, by the client's address; the sockets of the proxy itself are not.
 */
export type ConnectionLimits = Pick<RelayValues, 'maxConnections' | 'maxConnectionsPerAddress'>

/** Decides whether a request is served. */
export interface ConnectionPlaces {
  /**
   * Gives why a request is refused, or `undefined`, and then counts it.
   *
   * @param over called with a function once, to be called when the request is over
   */
  admit(request: IncomingMessage, over: (release: () => void) => void): Refusal | undefined
}

/** Sockets over the limit that get an answer which says so, instead of being cut off without a word. */
const SPARE = 64

const DEFAULT_PER_ADDRESS = 1_000

/** Counts a server's sockets. Those over a limit are refused at their first request. Cost: one closure per socket. */
export function limitConnections(
  server: Server,
  limits: ConnectionLimits,
  clients: ClientAddress,
  noteLimit: (message: string) => void,
): ConnectionPlaces {
  const { maxConnections, maxConnectionsPerAddress } = limits
  const addresses = createQuota(maxConnectionsPerAddress ?? DEFAULT_PER_ADDRESS)
  const refused = new WeakMap<Socket, Refusal>()
  const releases = new WeakMap<Socket, () => void>()
  let count = 0

  const isCounted = (address: string) => maxConnectionsPerAddress !== undefined || !isLoopback(address)
  const tooMany = overLimit(503, `The relay has ${maxConnections} connections already, as \`maxConnections\` allows`)
  const tooManyOfOne = overLimit(
    429,
    `This address has ${addresses.max} connections already, as \`maxConnectionsPerAddress\` allows`,
  )

  const noted = (refusal: Refusal) => {
    noteLimit(refusal.message)
    return refusal
  }

  function onClose(this: Socket): void {
    count--
    releases.get(this)?.()
  }

  if (maxConnections !== Infinity) server.maxConnections = maxConnections + SPARE
  server.on('connection', (socket: Socket) => {
    count++
    const address = addressOf(socket)
    const isOne = !clients.isProxy(address) && isCounted(address)
    const release = isOne ? addresses.take(countedAddress(address)) : undefined
    if (count > maxConnections) refused.set(socket, tooMany)
    else if (isOne && !release) refused.set(socket, tooManyOfOne)
    if (release) releases.set(socket, release)
    // one for all sockets, because there are many
    socket.on('close', onClose)
  })

  return {
    admit(request, over) {
      const refusal = refused.get(request.socket)
      if (refusal) return noted(refusal)
      const own = addressOf(request.socket)
      const address = clients.of(own, request.headers)
      // a client of its own socket is counted with that
      if (address === own || !isCounted(address)) return undefined
      const release = addresses.take(countedAddress(address))
      if (!release) return noted(tooManyOfOne)
      over(release)
      return undefined
    },
  }
}
