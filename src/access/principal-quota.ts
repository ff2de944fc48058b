import { createQuota } from '../quota.ts'
import type { Principal } from './principal.ts'
import { ANONYMOUS } from './principal.ts'

/** Counts by principal. */
export interface PrincipalQuota {
  readonly max: number
  /** What a principal is counted by; `undefined`: not at all. */
  keyOf(principal: Principal): string | undefined
  /** Takes one; gives the function that gives it back, or `undefined` when the principal has all it may. */
  take(principal: Principal): (() => void) | undefined
}

/** What all who are anonymous are counted by; no credentials can name it. */
const ANONYMOUS_KEY = '\0anonymous'

const nothing = () => undefined

/**
 * A quota for each principal, by its subject. Whoever is {@link ANONYMOUS} is counted only with a `limit` that was asked for:
 * all of them share it.
 *
 * @param limit what was asked for; absent: `usual`
 */
export function createPrincipalQuota(limit: number | undefined, usual: number): PrincipalQuota {
  const quota = createQuota(limit ?? usual)
  const keyOf = (principal: Principal) => {
    if (principal !== ANONYMOUS) return principal.subject
    return limit === undefined ? undefined : ANONYMOUS_KEY
  }
  return {
    max: quota.max,
    keyOf,
    take(principal) {
      const key = keyOf(principal)
      return key === undefined ? nothing : quota.take(key)
    },
  }
}
