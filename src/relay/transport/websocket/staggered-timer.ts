/** Looks at things from time to time, a part of them at a time. Iterates over all of them. */
export interface StaggeredTimer<T> extends Iterable<T> {
  /** Takes one more, which is looked at for the first time when a period is over. */
  add(item: T): void
  delete(item: T): void
}

/** So many parts of all things are looked at one after another within a period. */
const PARTS = 16

/**
 * Looks at each of many things once in a period, in milliseconds, a sixteenth of them at a time, so that ten thousand
 * make no pause. Has a timer only while there are some. Cost: one timer for all, and an entry in a set for each.
 */
export function createStaggeredTimer<T>(periodMs: number, look: (item: T) => void): StaggeredTimer<T> {
  const parts = Array.from({ length: PARTS }, () => new Set<T>())
  let current = 0
  let size = 0
  let timer: NodeJS.Timeout | undefined

  const partAt = (index: number) => parts[index % PARTS] ?? new Set<T>()
  const turn = () => {
    current++
    for (const item of partAt(current)) look(item)
  }

  return {
    add(item) {
      partAt(current).add(item)
      size++
      timer ??= setInterval(turn, periodMs / PARTS)
    },
    delete(item) {
      if (!parts.some((part) => part.delete(item)) || --size > 0) return
      clearInterval(timer)
      timer = undefined
    },
    *[Symbol.iterator]() {
      for (const part of parts) yield* part
    },
  }
}
