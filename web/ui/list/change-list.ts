import type { Entry } from '../state/change-log.ts'
import { toRow } from './change-row.ts'

/** The list of changes, newest on top. */
export interface ChangeList {
  /**
   * Shows exactly these entries, given oldest first, keeping the rows that are there already.
   *
   * @returns how many rows are new.
   */
  show(entries: readonly Entry[], withNamespace: boolean): number
  /** Empties the list for the entries of another log, whose numbers start anew. */
  reset(): void
}

/** Creates the list in an element. Cost of each showing: the new and the removed rows. */
export function createChangeList(list: HTMLElement): ChangeList {
  let rows: { readonly number: number; readonly element: HTMLElement }[] = []
  let last = -1

  return {
    show(entries, withNamespace) {
      const first = entries[0]?.number ?? Infinity
      for (const row of rows) if (row.number < first) row.element.remove()
      rows = rows.filter((row) => row.number >= first)

      const nowMs = Date.now()
      const fresh = entries
        .filter((entry) => entry.number > last)
        .map((entry) => ({ number: entry.number, element: toRow(entry, withNamespace, nowMs) }))
      list.prepend(...fresh.map((row) => row.element).reverse())
      rows.push(...fresh)
      last = rows.at(-1)?.number ?? last
      return fresh.length
    },
    reset() {
      list.replaceChildren()
      rows = []
      last = -1
    },
  }
}
