import { SETTING_ROWS } from '../../relay/options/table.ts'
import type { Config, Settings } from '../config-file/read-config.ts'
import { UsageError } from '../usage-error.ts'

/** One of several workers. */
export interface WorkerPlace {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/**
 * A worker's part of the limits that were set on all that the program has: all parts together are what was set. Each
 * has the whole of one that was not set, which is what a process can bear.
 *
 * @throws UsageError where a limit is too low to be divided
 */
export function partOfLimits(
  { settings, sources }: Pick<Config, 'settings' | 'sources'>,
  { index, count }: WorkerPlace,
): Partial<Settings> {
  const parts = SETTING_ROWS.flatMap(([key, { isDivided }]) => {
    const whole = settings[key]
    if (!isDivided || typeof whole !== 'number' || sources.get(key) === 'default') return []
    if (whole < count) {
      const advice = `set it to ${count} or more, or take fewer workers`
      throw new UsageError(`\`${key}\` is ${whole}, which cannot be divided among ${count} workers: ${advice}`)
    }
    return [[key, Math.floor(whole / count) + Number(index < whole % count)]]
  })
  // by the names of settings that are numbers
  return Object.fromEntries(parts) as Partial<Settings>
}
