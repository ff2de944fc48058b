import { createFieldNames } from './field-names.ts'
import type { Change } from '../../stream/change.ts'

/** How many events are learned from whole; of those after them, one in so many. */
const FIRST_EVENTS = 200
const LATER_EVERY = 50

/** An event longer than this, in characters of JSON, is not learned from. */
const MAX_CHARS = 50_000

/** The names of fields that documents have, learned from some of the changes that arrive. */
export interface LearnedNames {
  add(change: Change): void
  list(): readonly string[]
  clear(): void
}

/** Creates it, empty. Cost: the reading of a small part of the events. */
export function createLearnedNames(): LearnedNames {
  const names = createFieldNames()
  let seen = 0
  return {
    add({ jsonText }) {
      seen += 1
      if (jsonText.length > MAX_CHARS || (seen > FIRST_EVENTS && seen % LATER_EVERY !== 0)) return
      // names only: their order does not matter
      names.add(JSON.parse(jsonText))
    },
    list: names.list,
    clear() {
      seen = 0
      names.clear()
    },
  }
}
