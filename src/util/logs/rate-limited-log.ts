import type { LogFields, Logger } from './logger.ts'

/** Options of {@link createRateLimitedWarn}. */
export interface RateLimitedWarnOptions {
  readonly log: Logger
  /** How long the same is not said again, in milliseconds. Default 10,000. */
  readonly periodMs?: number
  readonly now: () => number
}

/**
 * Gives a function that warns, of one thing (its `key`) at most once in a period; the next line about it says how often
 * it happened in between, as `suppressed`. The keys must be few.
 */
export function createRateLimitedWarn({ log, periodMs = 10_000, now }: RateLimitedWarnOptions) {
  const said = new Map<string, { readonly atMs: number; suppressed: number }>()
  return (key: string, fields: LogFields, message: string): void => {
    const last = said.get(key)
    if (last && now() - last.atMs < periodMs) {
      last.suppressed++
      return
    }
    said.set(key, { atMs: now(), suppressed: 0 })
    log.warn(last?.suppressed ? { ...fields, suppressed: last.suppressed } : fields, message)
  }
}
