import { fieldsOf } from '../../../src/bson/ejson/json.ts'
import { isContainer } from '../../json/tokens.ts'

/** How many names are remembered, and how long they may be. */
const MAX_NAMES = 500
const MAX_NAME_LENGTH = 100
/** How much of one event is looked at. */
const MAX_FIELDS_PER_EVENT = 200
const MAX_DEPTH = 6
/** How many items of an array are looked at: they mostly have the same fields. */
const MAX_ITEMS = 3

const DOCUMENTS = ['fullDocument', 'fullDocumentBeforeChange']

/** The names of fields that documents in events had, as paths such as `address.city`, to be offered to who types. */
export interface FieldNames {
  /**
   * Learns the names in an event.
   *
   * **Cost**: bounded, whatever the event's size.
   *
   * @param event as `readEvent` or `JSON.parse` gives it
   */
  add(event: unknown): void
  /** The names, those that were there most often first. */
  list(): readonly string[]
  clear(): void
}

/** Creates an empty set of names, which keeps the first 500 that it learns. */
export function createFieldNames(): FieldNames {
  const counts = new Map<string, number>()
  let left = 0

  function learn(path: string): void {
    const count = counts.get(path)
    if (path.length > MAX_NAME_LENGTH || (count === undefined && counts.size === MAX_NAMES)) return
    counts.set(path, (count ?? 0) + 1)
  }

  function visit(value: unknown, path: string, depth: number): void {
    if (!isContainer(value) || depth > MAX_DEPTH) return
    if (Array.isArray(value)) {
      // paths go through arrays without their positions
      for (const item of value.slice(0, MAX_ITEMS)) visit(item, path, depth + 1)
      return
    }
    for (const [name, inner] of (fieldsOf(value) ?? []).slice(0, left)) {
      if (left-- <= 0) return
      // no path leads to such names, and Extended JSON has types in them
      if (name === '' || name.startsWith('$') || name.includes('.')) continue
      const inside = path === '' ? name : `${path}.${name}`
      learn(inside)
      visit(inner, inside, depth + 1)
    }
  }

  function visitUpdate(event: unknown): void {
    const updated = fieldOf(fieldOf(event, 'updateDescription'), 'updatedFields')
    const fields = isContainer(updated) ? (fieldsOf(updated) ?? []) : []
    for (const [name] of fields.slice(0, Math.max(0, left))) {
      const parts = name.split('.').filter((part) => !/^\d+$/.test(part))
      if (parts.length > 0 && parts.every((part) => part !== '' && !part.startsWith('$'))) learn(parts.join('.'))
    }
  }

  return {
    add(event) {
      left = MAX_FIELDS_PER_EVENT
      for (const name of DOCUMENTS) visit(fieldOf(event, name), '', 0)
      visitUpdate(event)
    },
    list: () => [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name),
    clear() {
      counts.clear()
    },
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return isContainer(value) ? fieldsOf(value)?.find(([one]) => one === name)?.[1] : undefined
}
