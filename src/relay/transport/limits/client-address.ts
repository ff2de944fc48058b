import { BlockList, isIP } from 'node:net'
import { isLoopback } from '../../../util/addresses/loopback.ts'
import type { RequestHeaders } from '../http/headers.ts'

/** Finds out which address a request comes from. */
export interface ClientAddress {
  /** Whether an address is one of the proxies whose word is taken. */
  isProxy(address: string): boolean
  /**
   * The client's address: that of the connection, or, behind trusted proxies, the last one in `X-Forwarded-For` that is
   * none of them. What a client itself writes there comes before that, and counts for nothing.
   */
  of(connected: string, headers: RequestHeaders): string
}

/**
 * Trusts these proxies, given as addresses or as subnets such as `10.0.0.0/8`.
 *
 * @throws TypeError when one is neither
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const proxies = new BlockList()
  for (const proxy of trustedProxies) addTo(proxies, proxy)

  const isProxy = (address: string) => {
    const family = isIP(address)
    return family !== 0 && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
  return {
    isProxy,
    of(connected, headers) {
      let address = connected
      const hops = String(headers['x-forwarded-for'] ?? '').split(',')
      while (isProxy(address)) {
        const hop = plainAddress(hops.pop()?.trim() ?? '')
        // a proxy that does not say for whom it asks asks for itself
        if (isIP(hop) === 0) break
        address = hop
      }
      return address
    },
  }
}

/** An address without the prefix by which IPv6 writes those of IPv4. */
export function plainAddress(address: string): string {
  const plain = address.toLowerCase().startsWith('::ffff:') ? address.slice(7) : address
  return isIP(plain) === 4 ? plain : address
}

/**
 * What an address is counted by: itself, or for IPv6 the network of 64 bits, which is what one client is given. This
 * machine's own one stays what it is.
 */
export function countedAddress(address: string): string {
  if (isIP(address) !== 6 || isLoopback(address)) return address
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0')
  const prefix = [...groups, ...zeros, ...after].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}

function addTo(proxies: BlockList, proxy: string): void {
  const [address = '', bits, ...rest] = proxy.trim().split('/')
  const family = isIP(address)
  const largest = family === 6 ? 128 : 32
  const prefix = bits === undefined ? largest : /^\d{1,3}$/.test(bits) ? Number(bits) : -1
  if (family === 0 || rest.length > 0 || prefix < 0 || prefix > largest) {
    throw new TypeError(`${JSON.stringify(proxy)} is neither an address nor a subnet such as 10.0.0.0/8`)
  }
  proxies.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4')
}
