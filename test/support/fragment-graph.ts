/** A document by its fragments: which of them spreads which, and what else is in it. */
export interface FragmentGraph {
  /** For each fragment, the numbers of those that it spreads; one beyond the last is unknown. */
  readonly spreads: readonly (readonly number[])[]
  /** What each fragment selects besides; may be nothing. */
  readonly selection: string
  /** What the operations spread. Others are used only if these lead there. */
  readonly entries: readonly number[]
  /** How many operations there are. */
  readonly operations: number
  /** The type that all of it is about. */
  readonly type: 'Query' | 'Change' | '__Schema'
}

const WRAPPED = { Query: '', Change: 'changes(db: "hostile", coll: "c")', __Schema: '__schema' }

/** Writes a graph as a document. */
export function toDocument({ spreads, selection, entries, operations, type }: FragmentGraph): string {
  const spread = (numbers: readonly number[]) => numbers.map((number) => `...F${number}`).join(' ')
  const root = spread(entries) || 'json'
  const wrapped = WRAPPED[type] === '' ? root : `${WRAPPED[type]} { ${root} }`
  const keyword = type === 'Change' ? 'subscription' : 'query'
  return [
    ...Array.from({ length: operations }, (_, n) => `${keyword} Q${n} { ${wrapped} }`),
    ...spreads.map((to, n) => `fragment F${n} on ${type} { ${`${spread(to)} ${selection}`.trim() || 'json'} }`),
  ].join(' ')
}

/** Each of `count` fragments spreads all others, and itself: as many paths as there are orders of them. */
export function everyToEvery(count: number): FragmentGraph['spreads'] {
  return Array.from({ length: count }, () => Array.from({ length: count }, (_, to) => to))
}

/** Each fragment spreads the next one twice: 2ⁿ paths to the last, which spreads one that is not there. */
export function doubling(count: number): FragmentGraph['spreads'] {
  return Array.from({ length: count }, (_, n) => [n + 1, n + 1])
}
