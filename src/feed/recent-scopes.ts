import type { Scope } from '../changes/scope.ts'
import { scopeKey } from '../changes/scope.ts'
import type { PositionRing } from './position-ring.ts'
import { createPositionRing } from './position-ring.ts'

/** How many events of a scope can be asked for with `last`. */
export const MAX_LAST = 100

/** Limits of {@link createRecentScopes}. */
export interface RecentScopesLimits {
  /** How many scopes are remembered at most. Default 64. */
  readonly maxScopes?: number
  /** How long a scope is remembered after its last subscriber left, in milliseconds. Default 60,000. */
  readonly keepMs?: number
}

/** Options of {@link createRecentScopes}. */
export interface RecentScopesOptions extends RecentScopesLimits {
  /** Starts to record the positions of a scope. `signal` ends it. */
  readonly record: (scope: Scope, ring: PositionRing, signal: AbortSignal) => void
}

/** A scope that somebody reads, or read a short while ago. */
export interface RecentScope {
  readonly ring: PositionRing
  /** Counts one reader more until the function that it gives is called. */
  join(): () => void
}

/** The scopes whose last positions are remembered. */
export interface RecentScopes {
  /** What is remembered of a scope: from now on, when it is new; `undefined` when there are too many in use. */
  get(scope: Scope): RecentScope | undefined
  /** Forgets all, and records nothing any more. Idempotent. */
  stop(): void
}

interface Entry extends RecentScope {
  readonly readers: number
  forget(): void
}

/**
 * Remembers scopes from their first reader on until `keepMs` after their last one, within a bound: each is recorded for
 * that long, so that what is remembered of it has no gap whoever reads it, and from where.
 *
 * Cost: one recorder, with its cursor, for each scope, and one timer for each without readers.
 */
export function createRecentScopes(options: RecentScopesOptions): RecentScopes {
  const { maxScopes = 64, keepMs = 60_000, record } = options
  // in the order in which they were last left
  const entries = new Map<string, Entry>()

  return {
    get(scope) {
      const key = scopeKey(scope)
      const known = entries.get(key)
      if (known) return known
      if (entries.size >= maxScopes) idleOnes()[0]?.forget()
      if (entries.size >= maxScopes) return undefined
      return createEntry(key, scope)
    },
    stop() {
      for (const entry of [...entries.values()]) entry.forget()
    },
  }

  function idleOnes(): Entry[] {
    return [...entries.values()].filter(({ readers }) => readers === 0)
  }

  function createEntry(key: string, scope: Scope): Entry {
    const ring = createPositionRing(MAX_LAST)
    const recording = new AbortController()
    let readers = 0
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = () => {
      clearTimeout(timer)
      if (entries.get(key) !== entry || readers > 0) return
      entries.delete(key)
      entries.set(key, entry)
      timer = setTimeout(entry.forget, keepMs)
    }
    const entry: Entry = {
      ring,
      get readers() {
        return readers
      },
      join() {
        readers++
        clearTimeout(timer)
        let left = false
        return () => {
          if (left) return
          left = true
          readers--
          leave()
        }
      },
      forget() {
        clearTimeout(timer)
        recording.abort()
        if (entries.get(key) === entry) entries.delete(key)
      },
    }
    entries.set(key, entry)
    record(scope, ring, recording.signal)
    leave()
    return entry
  }
}
