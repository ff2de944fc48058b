import type { Change } from '../stream/change.ts'
import type { ChangeLog, Entry } from './change-log.ts'

/** Which of the received changes are shown. Gaps always are. */
export interface Sieve {
  /** Operation types; empty for all. */
  readonly operationTypes: readonly string[]
  /** A text to be found in the event beside its token, whatever its letters' case; empty for any event. */
  readonly search: string
}

/** Every change. */
export const EVERY: Sieve = { operationTypes: [], search: '' }

/** The entries of a log that pass a sieve. */
export interface ShownEntries {
  /** Gives them as they are now, oldest first. Cost: that of what is new. To be read at once: the array is reused. */
  read(log: Pick<ChangeLog, 'shown'>): readonly Entry[]
  /** Chooses anew. Cost: once over all entries. */
  sift(sieve: Sieve): void
}

/** Creates it, for one log. */
export function createShownEntries(): ShownEntries {
  let passes = toTest(EVERY)
  let entries: Entry[] = []
  // what has been looked at: the numbers of the oldest and the newest entry
  let oldest = Infinity
  let newest = -Infinity

  return {
    read({ shown }) {
      const first = shown[0]?.number ?? Infinity
      const start = first < oldest ? 0 : indexAfter(shown, newest)
      if (start === 0) entries = []
      for (const entry of shown.slice(start)) if (passes(entry)) entries.push(entry)
      const gone = indexAfter(entries, first - 1)
      if (gone > 0) entries.splice(0, gone)
      oldest = first
      newest = shown.at(-1)?.number ?? newest
      return entries
    },
    sift(sieve) {
      passes = toTest(sieve)
      oldest = Infinity
      newest = -Infinity
    },
  }
}

/** The index of the first entry whose number is greater; entries are in the order of their numbers. */
export function indexAfter(entries: readonly Entry[], number: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.number ?? Infinity) > number) high = middle
    else low = middle + 1
  }
  return low
}

function toTest({ operationTypes, search }: Sieve): (entry: Entry) => boolean {
  const types = new Set(operationTypes)
  const text = search.toLowerCase()
  return ({ item }) => {
    if (item.kind === 'gap') return true
    if (types.size > 0 && !types.has(item.change.operationType)) return false
    return text === '' || toSearched(item.change).toLowerCase().includes(text)
  }
}

// the token comes first, and among its hundred digits is every short word of the letters from a to f
function toSearched({ jsonText, resumeToken }: Change): string {
  const at = jsonText.slice(0, resumeToken.length + 100).indexOf(resumeToken)
  return at < 0 ? jsonText : jsonText.slice(at + resumeToken.length)
}
