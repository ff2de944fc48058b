import type { WatchOptions } from '../../src/client/index.ts'
import { readFilter } from '../filter/read-filter.ts'
import type { View } from '../state/view.ts'

/** What is watched, as the client takes it. */
export type ScopeOptions = Pick<WatchOptions, 'db' | 'coll' | 'where'>

/** Gives the client's options for what a view watches. */
export function toScope({ db, coll, where }: Pick<View, 'db' | 'coll' | 'where'>): ScopeOptions {
  return { db: db ?? undefined, coll: coll ?? undefined, where: toWhere(where) }
}

function toWhere(text: string | null): string | undefined {
  if (text === null) return undefined
  try {
    return readFilter(text)?.where
  } catch {
    // the page has said what is wrong with it where it was typed; of an address, the relay does
    return text
  }
}
