import { OTHER } from './recent-rates.ts'

/** How many namespaces are counted by name; the rest are {@link OTHER}. */
const MAX_NAMESPACES = 200
/** How many operation types of a namespace are counted by name. */
const MAX_TYPES = 30

/** The events of a namespace since the view was opened. */
export interface NamespaceCount {
  /** Its name; null for all those that there was no room for. */
  readonly namespace: string | null
  readonly total: number
  /** By operation type, the most frequent first. */
  readonly byType: readonly (readonly [operationType: string, count: number])[]
}

/** Counts of events since a view was opened. */
export interface NamespaceCounts {
  add(namespace: string, operationType: string): void
  /** By namespace, that with the most events first, and what there was no room for last. */
  list(): readonly NamespaceCount[]
  /** By operation type, over all namespaces, the most frequent first. */
  byType(): readonly (readonly [operationType: string, count: number])[]
  clear(): void
}

type Counts = Map<string, number>

function increment(counts: Counts, name: string): void {
  const key = counts.has(name) || counts.size < MAX_TYPES ? name : OTHER
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function toSorted(counts: Counts): readonly (readonly [string, number])[] {
  return [...counts].sort(([, a], [, b]) => b - a)
}

function totalOf(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** Creates empty counts. **Cost**: bounded memory, however many namespaces there are. */
export function createNamespaceCounts(): NamespaceCounts {
  const named = new Map<string, Counts>()
  const all: Counts = new Map()
  const rest: Counts = new Map()

  function countsOf(namespace: string): Counts {
    const known = named.get(namespace)
    if (known || named.size === MAX_NAMESPACES) return known ?? rest
    const counts: Counts = new Map()
    named.set(namespace, counts)
    return counts
  }

  function toCount(namespace: string | null, counts: Counts): NamespaceCount {
    return { namespace, total: totalOf(counts), byType: toSorted(counts) }
  }

  return {
    add(namespace, operationType) {
      increment(countsOf(namespace), operationType)
      increment(all, operationType)
    },
    list() {
      const list = [...named].map(([namespace, counts]) => toCount(namespace, counts))
      return [...list.sort((a, b) => b.total - a.total), ...(rest.size > 0 ? [toCount(null, rest)] : [])]
    },
    byType: () => toSorted(all),
    clear() {
      for (const counts of [named, all, rest]) counts.clear()
    },
  }
}
