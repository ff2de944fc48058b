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
  readonly readers: number
  /** Counts one reader more until the function that it gives is called. */
  join(): () => void
}

/** The scopes whose last positions are remembered. */
export interface RecentScopes {
  /** The scope of this key: remembered, or a new one with an empty ring; `undefined` when there are too many in use. */
  get(key: string): RecentScope | undefined
}

interface Entry {
  readonly scope: RecentScope
  usedAt: number
}

/** Remembers scopes for as long as they are used, and a while longer, within a bound. No timers: forgets when asked. */
export function createRecentScopes(options: RecentScopesOptions = {}): RecentScopes {
  const { maxScopes = 64, keepMs = 60_000, now = () => performance.now() } = options
  const entries = new Map<string, Entry>()

  return {
    get(key) {
      forgetOld()
      const known = entries.get(key)
      if (known) return known.scope
      if (entries.size >= maxScopes && !forgetOldest()) return undefined
      const entry: Entry = { usedAt: now(), scope: createScope(() => (entry.usedAt = now())) }
      entries.set(key, entry)
      return entry.scope
    },
  }

  function idle(): [string, Entry][] {
    return [...entries].filter(([, { scope }]) => scope.readers === 0)
  }

  function forgetOld(): void {
    for (const [key, { usedAt }] of idle()) if (now() - usedAt >= keepMs) entries.delete(key)
  }

  function forgetOldest(): boolean {
    const [oldest] = idle().sort(([, a], [, b]) => a.usedAt - b.usedAt)
    return oldest !== undefined && entries.delete(oldest[0])
  }
}

function createScope(onLeave: () => void): RecentScope {
  let readers = 0
  return {
    ring: createPositionRing(MAX_LAST),
    get readers() {
      return readers
    },
    join() {
      readers++
      let left = false
      return () => {
        if (left) return
        left = true
        readers--
        onLeave()
      }
    },
  }
}
