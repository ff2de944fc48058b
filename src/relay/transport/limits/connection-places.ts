import { isLoopback } from '../../../util/addresses/loopback.ts'
import { createQuota } from '../../../util/quota.ts'
import type { RelayValues } from '../../options/values.ts'
import { overLimit, type Refusal } from '../http/requests/refusal.ts'
import { countedAddress } from './client-address.ts'

/** How many connections there may be, and of one address. */
export type ConnectionLimits = Pick<RelayValues, 'maxConnections' | 'maxConnectionsPerAddress'>

/** Takes the function that gives a place back, which is idempotent. */
export type Hold = (release: () => void) => void

/**
 * Counts connections, whichever adapter has them: sockets, where it sees them, or else WebSockets and requests that are
 * being answered, event streams among them.
 */
export interface ConnectionPlaces {
  /**
   * Gives why a connection is refused, or `undefined`, and then counts it until it is given back.
   *
   * @param address of its client; empty where that is not known, or is counted by {@link ConnectionPlaces.admitFor}
   */
  admit(address: string, hold: Hold): Refusal | undefined
  /** The same for what comes by a connection that has a place, and is counted by the address of its client alone. */
  admitFor(address: string, hold: Hold): Refusal | undefined
  /** Why a connection would be refused now. */
  refusal(address: string): Refusal | undefined
}

const DEFAULT_PER_ADDRESS = 1_000

/**
 * Counts from zero.
 *
 * **Cost**: two closures for each connection.
 *
 * @param noteLimit notes in the log that a limit refused a caller
 */
export function createConnectionPlaces(
  { maxConnections, maxConnectionsPerAddress }: ConnectionLimits,
  noteLimit: (message: string) => void,
): ConnectionPlaces {
  const all = createQuota(maxConnections)
  const addresses = createQuota(maxConnectionsPerAddress ?? DEFAULT_PER_ADDRESS)
  const tooMany = overLimit(503, `The relay has ${maxConnections} connections already, as \`maxConnections\` allows`)
  const tooManyOfOne = overLimit(
    429,
    `This address has ${addresses.max} connections already, as \`maxConnectionsPerAddress\` allows`,
  )

  // a proxy may ask for everybody from this machine's own
  const isCounted = (address: string) =>
    address !== '' && (maxConnectionsPerAddress !== undefined || !isLoopback(address))
  const noted = (refusal: Refusal) => {
    noteLimit(refusal.message)
    return refusal
  }

  return { admit, admitFor, refusal }

  function admit(address: string, hold: Hold): Refusal | undefined {
    const release = all.take('')
    if (!release) return noted(tooMany)
    let releaseOne: (() => void) | undefined
    const refused = admitFor(address, (given) => (releaseOne = given))
    if (refused) {
      release()
      return refused
    }
    hold(releaseOne ? both(release, releaseOne) : release)
    return undefined
  }

  function admitFor(address: string, hold: Hold): Refusal | undefined {
    if (!isCounted(address)) return undefined
    const release = addresses.take(countedAddress(address))
    if (!release) return noted(tooManyOfOne)
    hold(release)
    return undefined
  }

  function refusal(address: string): Refusal | undefined {
    if (all.taken('') >= all.max) return noted(tooMany)
    const isFull = isCounted(address) && addresses.taken(countedAddress(address)) >= addresses.max
    return isFull ? noted(tooManyOfOne) : undefined
  }
}

function both(one: () => void, other: () => void): () => void {
  return () => {
    one()
    other()
  }
}
