import { ANONYMOUS, type Principal } from './principal.ts'

/**
 * What a caller's share of everything is counted by: the subject of a principal, over all of its connections, or the
 * address of an anonymous caller. Neither can be taken for the other.
 *
 * @param address as `countedAddress` gives it; behind a proxy that is not trusted, the proxy's
 */
export function ownerOf(principal: Principal, address: string): string {
  return principal === ANONYMOUS ? `address ${address}` : `subject ${principal.subject}`
}

/**
 * What one owner may have of something that there is a number of, where nothing else is set: a quarter, and at least
 * one.
 */
export function shareOf(count: number): number {
  return Math.max(1, Math.ceil(count / 4))
}
