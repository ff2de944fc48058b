import { isDeepStrictEqual } from 'node:util'
import type { Principal } from './principal.ts'

/** Claims that differ from one token of a caller to its next. */
const OF_THE_TOKEN = new Set(['exp', 'iat', 'nbf', 'jti'])

/**
 * Whether two principals may see exactly the same: subject, roles in any order, and claims, except those that belong to
 * the token and not to the caller.
 */
export function isSameCaller(one: Principal, other: Principal): boolean {
  return (
    one.subject === other.subject &&
    isDeepStrictEqual(new Set(one.roles), new Set(other.roles)) &&
    isDeepStrictEqual(ofTheCaller(one), ofTheCaller(other))
  )
}

function ofTheCaller({ claims }: Principal): Map<string, unknown> {
  return new Map(Object.entries(claims).filter(([name]) => !OF_THE_TOKEN.has(name)))
}
