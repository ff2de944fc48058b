/** How far back rates go, in seconds. */
export const WINDOW_SECONDS = 300

/** How many operation types are counted by name; further ones are {@link OTHER}. */
const MAX_TYPES = 16

/** What stands for the operation types, or the namespaces, that there was no room for. */
export const OTHER = 'other'

/** Counts of the last five minutes, by operation type and second. */
export interface RecentRates {
  /**
   * Counts an event in the second that it happened in. One from before the window is not counted; one from the future,
   * of a clock that is ahead, counts now.
   */
  add(operationType: string, timeMs: number, nowMs: number): void
  /** How many there were in the window, by operation type, the most frequent first. */
  totals(nowMs: number): readonly (readonly [operationType: string, count: number])[]
  /**
   * How many there were in each part of the window, the oldest first; the last part ends now.
   *
   * @param parts how many parts; a divisor of {@link WINDOW_SECONDS}
   * @param operationType of this type only. Default: of all
   */
  points(nowMs: number, parts: number, operationType?: string): readonly number[]
  /** Forgets everything. */
  clear(): void
}

/** Creates empty rates. **Cost**: the same memory whatever is counted, about 20 KB. */
export function createRecentRates(): RecentRates {
  const types: string[] = []
  const counts = new Uint32Array(WINDOW_SECONDS * MAX_TYPES)
  // the second that is last in the ring; those before it are behind it
  let newest = -Infinity

  function indexOf(operationType: string): number {
    const known = types.indexOf(operationType)
    if (known !== -1) return known
    if (types.length < MAX_TYPES - 1) return types.push(operationType) - 1
    types[MAX_TYPES - 1] = OTHER
    return MAX_TYPES - 1
  }

  function slotOf(second: number): number {
    return (((second % WINDOW_SECONDS) + WINDOW_SECONDS) % WINDOW_SECONDS) * MAX_TYPES
  }

  /** Moves the ring on; a clock that was set back leaves it where it is. */
  function moveTo(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000)
    if (!Number.isFinite(second) || second <= newest) return
    const first = Math.max(newest + 1, second - WINDOW_SECONDS + 1)
    for (let at = first; at <= second; at++) counts.fill(0, slotOf(at), slotOf(at) + MAX_TYPES)
    newest = second
  }

  /** The count of a second back from now; undefined type: of all. */
  function countAt(back: number, type: number | undefined): number {
    const slot = slotOf(newest - back)
    return type === undefined
      ? counts.subarray(slot, slot + MAX_TYPES).reduce((sum, count) => sum + count, 0)
      : (counts[slot + type] ?? 0)
  }

  function sum(from: number, to: number, type: number | undefined): number {
    let total = 0
    for (let back = from; back < to; back++) total += countAt(back, type)
    return total
  }

  return {
    add(operationType, timeMs, nowMs) {
      moveTo(nowMs)
      const second = Math.min(Math.floor(timeMs / 1_000), newest)
      if (!(second > newest - WINDOW_SECONDS)) return
      const at = slotOf(second) + indexOf(operationType)
      counts[at] = (counts[at] ?? 0) + 1
    },
    totals(nowMs) {
      moveTo(nowMs)
      if (newest === -Infinity) return []
      return types
        .map((type, index) => [type, sum(0, WINDOW_SECONDS, index)] as const)
        .filter(([, count]) => count > 0)
        .sort(([, a], [, b]) => b - a)
    },
    points(nowMs, parts, operationType) {
      moveTo(nowMs)
      const type = operationType === undefined ? undefined : types.indexOf(operationType)
      if (newest === -Infinity || type === -1) return Array.from({ length: parts }, () => 0)
      const seconds = WINDOW_SECONDS / parts
      return Array.from({ length: parts }, (_, at) => sum((parts - 1 - at) * seconds, (parts - at) * seconds, type))
    },
    clear() {
      types.length = 0
      counts.fill(0)
      newest = -Infinity
    },
  }
}
