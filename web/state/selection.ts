import type { Entry } from './change-log.ts'
import { indexAfter } from './shown-entries.ts'

/** Where to go in the list, which has the newest on top. */
export type Step = 'newer' | 'older' | 'newest' | 'oldest'

/**
 * Gives the entry that a step leads to: the newest where none is selected yet, the next older or newer one where the
 * selected one is not listed any more; null in an empty list.
 *
 * @param entries oldest first.
 */
export function stepFrom(selected: Entry | null, step: Step, entries: readonly Entry[]): Entry | null {
  if (step === 'newest' || (selected === null && step !== 'oldest')) return entries.at(-1) ?? null
  if (step === 'oldest' || selected === null) return entries[0] ?? null
  const after = indexAfter(entries, selected.number)
  const isListed = entries[after - 1]?.number === selected.number
  const index = step === 'newer' ? after : after - (isListed ? 2 : 1)
  return entries[Math.max(0, Math.min(index, entries.length - 1))] ?? null
}
