import { claimAt } from '../../auth/claims.ts'
import type { Principal } from '../../auth/principal/principal.ts'
import { claimsNamedIn } from '../row-filter.ts'
import type { Rule } from './rule.ts'

/** What rules look at of a caller: equal for callers that they do not tell apart. */
export type Distinction = Pick<Principal, 'roles' | 'claims'>

/**
 * Gives what rules look at of callers: the roles that they name, and the claims that they compare or fill in. Rules let
 * a principal with these alone see exactly what they let the caller see.
 */
export function createDistinction(rules: readonly Rule[]): (principal: Principal) => Distinction {
  const roles = [...new Set(rules.flatMap((rule) => rule.roles ?? []))].toSorted()
  const paths = rules.flatMap(({ claims = {}, where }) => [
    ...Object.keys(claims),
    ...(where ? claimsNamedIn(where) : []),
  ])
  const claims = [...new Set(paths)].toSorted()
  return (principal) => ({
    roles: roles.filter((role) => principal.roles.includes(role)),
    // a claim of that very name goes before a path
    claims: Object.fromEntries(
      claims.flatMap((path) => {
        const value = claimAt(principal.claims, path)
        return value === undefined ? [] : [[path, value]]
      }),
    ),
  })
}
