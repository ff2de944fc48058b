import type { Difference } from '../../../web/diff/compare.ts'

/** JSON as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A field's or an item's holder, and its name there. */
function holderOf(root: Json, path: readonly string[]): [Record<string, Json> | Json[], string] {
  const holder = path.slice(0, -1).reduce<Json>((value, part) => (value as Record<string, Json>)[part] as Json, root)
  return [holder as Record<string, Json> | Json[], path.at(-1) ?? '']
}

/** Makes of a document what it became. */
export function applyDifferences(before: Json, differences: readonly Difference[]): Json {
  const box: Json = { root: structuredClone(before) }
  // from the last to the first: positions stay what they were
  const removals = differences.filter(({ kind }) => kind === 'removed').toReversed()
  for (const { path } of removals) {
    const [holder, name] = holderOf(box, ['root', ...path])
    if (Array.isArray(holder)) holder.splice(Number(name), 1)
    else delete holder[name]
  }
  for (const one of differences) {
    if (one.kind === 'removed' || !('after' in one)) continue
    const [holder, name] = holderOf(box, ['root', ...one.path])
    if (one.kind === 'shortened') {
      const array = (holder as Record<string, Json>)[name] as Json[]
      array.length = one.after
      continue
    }
    // a server fills what is between an array's end and a position after it
    while (Array.isArray(holder) && holder.length < Number(name)) holder.push(null)
    if (Array.isArray(holder) && one.kind === 'added') holder.splice(Number(name), 0, one.after as Json)
    else Object.defineProperty(holder, name, { value: one.after, writable: true, enumerable: true, configurable: true })
  }
  return box['root'] as Json
}
