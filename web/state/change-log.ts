import type { Change } from '../stream/change.ts'
import type { Gap } from '../stream/status.ts'

/** What the list shows a row for. */
export type Item = { readonly kind: 'change'; readonly change: Change } | { readonly kind: 'gap'; readonly gap: Gap }

/** An item in the log. `number` grows by one from item to item and is never used twice, not even after clearing. */
export interface Entry {
  readonly number: number
  readonly item: Item
  /** About how many characters of JSON it holds. */
  readonly weight: number
}

/** Options of {@link createChangeLog}. */
export interface ChangeLogOptions {
  /** The most entries kept. Default: 200. */
  readonly maxEntries?: number
  /** The most characters of JSON kept, over all entries; the newest is kept whatever it weighs. Default: 8 million. */
  readonly maxWeight?: number
}

/** The newest changes, bounded in number and in size. */
export interface ChangeLog {
  /** What is to be shown, oldest first. Stands still while paused. */
  readonly shown: readonly Entry[]
  /** How many changes arrived since the view was opened. */
  readonly received: number
  /** How many changes arrived during the pause. */
  readonly held: number
  readonly paused: boolean
  add(item: Item): void
  pause(): void
  /** Ends the pause and shows what arrived in it, as if there had been none. */
  resume(): void
  /** Forgets every entry, also those held back; a pause goes on. */
  clear(): void
}

/**
 * Creates an empty log. The bounds hold for what is shown and what a pause holds back, each.
 *
 * Costs one walk over each event; beyond the bounds the oldest entries go.
 */
export function createChangeLog(options: ChangeLogOptions = {}): ChangeLog {
  const { maxEntries = 200, maxWeight = 8_000_000 } = options
  let shown: Entry[] = []
  let waiting: Entry[] = []
  let paused = false
  let received = 0
  let held = 0
  let nextNumber = 0

  function trim(entries: Entry[]): Entry[] {
    let weight = 0
    let start = entries.length
    for (const entry of entries.toReversed()) {
      weight += entry.weight
      const kept = entries.length - start
      if (kept > 0 && (kept >= maxEntries || weight > maxWeight)) break
      start -= 1
    }
    return start === 0 ? entries : entries.slice(start)
  }

  return {
    get shown() {
      return shown
    },
    get received() {
      return received
    },
    get held() {
      return held
    },
    get paused() {
      return paused
    },
    add(item) {
      const weight = item.kind === 'change' ? item.change.jsonText.length : 0
      const entry = { number: nextNumber++, item, weight }
      if (item.kind === 'change') received += 1
      if (!paused) {
        shown = trim([...shown, entry])
        return
      }
      if (item.kind === 'change') held += 1
      waiting = trim([...waiting, entry])
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      shown = trim([...shown, ...waiting])
      waiting = []
      held = 0
    },
    clear() {
      shown = []
      waiting = []
      held = 0
    },
  }
}
