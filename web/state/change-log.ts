import type { Change } from '../stream/change.ts'
import type { Gap } from '../stream/status.ts'
import { BoundedEntries } from './bounded-entries.ts'

/** What the list shows a row for. */
export type Item = { readonly kind: 'change'; readonly change: Change } | { readonly kind: 'gap'; readonly gap: Gap }

/**
 * An item in the log. `number` grows by one from item to item, is negative for what was loaded from before the first,
 * and is never used twice, not even after clearing.
 */
export interface Entry {
  readonly number: number
  readonly item: Item
  /** About how many characters of JSON it holds. */
  readonly weight: number
}

/** Options of {@link createChangeLog}. */
export interface ChangeLogOptions {
  /** The most entries kept. Default: 10,000. */
  readonly maxEntries?: number
  /** The most characters of JSON kept, over all entries; the newest is kept whatever it weighs. Default: 32 million. */
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
  /** Whether older entries have gone, or would have to, for want of room. */
  readonly isFull: boolean
  add(item: Item): void
  /** Puts items, oldest first, before everything that is shown, as far as there is room. */
  addOlder(items: readonly Item[]): void
  pause(): void
  /** Ends the pause and shows what arrived in it, as if there had been none. */
  resume(): void
  /** Forgets every entry, also those held back; a pause goes on. */
  clear(): void
}

/** Creates an empty log. The bounds hold for what is shown and what a pause holds back, each. */
export function createChangeLog({ maxEntries = 10_000, maxWeight = 32_000_000 }: ChangeLogOptions = {}): ChangeLog {
  const shown = new BoundedEntries({ maxEntries, maxWeight })
  const waiting = new BoundedEntries({ maxEntries, maxWeight })
  let paused = false
  let received = 0
  let held = 0
  let nextNumber = 0
  let olderNumber = 0

  function toEntry(item: Item, number: number): Entry {
    return { number, item, weight: item.kind === 'change' ? item.change.jsonText.length : 0 }
  }

  function forget(): void {
    waiting.clear()
    held = 0
  }

  return {
    get shown() {
      return shown.entries
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
    get isFull() {
      return shown.isFull
    },
    add(item) {
      const isChange = item.kind === 'change'
      if (isChange) received += 1
      if (isChange && paused) held += 1
      const entries = paused ? waiting : shown
      entries.push(toEntry(item, nextNumber++))
    },
    addOlder(items) {
      olderNumber -= items.length
      shown.unshift(items.map((item, index) => toEntry(item, olderNumber + index)))
    },
    pause() {
      paused = true
    },
    resume() {
      paused = false
      for (const entry of waiting.entries) shown.push(entry)
      forget()
    },
    clear() {
      shown.clear()
      forget()
    },
  }
}
