import type { PositionRing } from './position-ring.ts'
import { createPositionRing } from './position-ring.ts'

/** How many events of a scope can be asked for with `last`. */
export const MAX_LAST = 100

/** Limits of {@link createRecentScopes}. */
export interface RecentScopesOptions {
  /** How many scopes are remembered at most. Default 64. */
  readonly maxScopes?: number
  /** How long a scope is remembered after its last subscriber left, in milliseconds. Default 60,000. */
  readonly keepMs?: number
  /** A clock in milliseconds, for tests. Default `performance.now`. */
  readonly now?: () => number
}

/** A scope that somebody reads, or read a short while ago. */
export interface RecentScope {
  readonly ring: PositionRing
  /** How many readers push into the ring now. */
  readers: number
}

/** The scopes whose last positions are remembered. */
export interface RecentScopes {
  /** The scope of this key: remembered, or a new one with an empty ring; `undefined` when there are too many in use. */
  get(key: string): RecentScope | undefined
}

/** Remembers scopes for as long as they are used, and a while longer, within a bound. No timers: forgets when asked. */
export function createRecentScopes(options: RecentScopesOptions = {}): RecentScopes {
  const { maxScopes = 64, keepMs = 60_000, now = () => performance.now() } = options
  // in the order of their last use
  const scopes = new Map<string, RecentScope & { usedAt: number }>()

  function forget(): void {
    for (const [key, scope] of scopes) {
      if (scope.readers > 0) continue
      if (scopes.size < maxScopes && now() - scope.usedAt < keepMs) return
      scopes.delete(key)
    }
  }

  return {
    get(key) {
      forget()
      const known = scopes.get(key)
      if (known) scopes.delete(key)
      else if (scopes.size >= maxScopes) return undefined
      const scope = known ?? { ring: createPositionRing(MAX_LAST), readers: 0, usedAt: 0 }
      scope.usedAt = now()
      scopes.set(key, scope)
      return scope
    },
  }
}
