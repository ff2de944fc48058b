import type { Budget } from './budget.ts'
import { documentOf, isSame } from './values.ts'

/** Where something is: names of fields and positions in arrays. */
export type Path = readonly string[]

/** One thing that a change changed. */
export type Difference = { readonly path: Path } & (
  | { readonly kind: 'changed'; readonly before: unknown; readonly after: unknown }
  | { readonly kind: 'added'; readonly after: unknown }
  /** Without `before`: what was there is not known. */
  | { readonly kind: 'removed'; readonly before?: unknown }
  /** What was there before is not known, or whether there was anything. */
  | { readonly kind: 'set'; readonly after: unknown }
  /** An array that lost items at its end: its lengths. */
  | { readonly kind: 'shortened'; readonly before?: number; readonly after: number }
)

/**
 * What is different between two values, by path: fields by their names, whatever their order; items of arrays by their
 * positions, apart from those at both ends that are the same. Stops when the budget ends.
 */
export function* compare(before: unknown, after: unknown, path: Path, budget: Budget): Generator<Difference> {
  if (!budget.take() || before === after) return
  if (Array.isArray(before) && Array.isArray(after)) {
    yield* compareArrays(before, after, path, budget)
    return
  }
  const [old, now] = [documentOf(before, budget), documentOf(after, budget)]
  if (old && now) yield* compareDocuments(old, now, path, budget)
  else if (!isSame(before, after, budget) && !budget.isSpent) yield { kind: 'changed', path, before, after }
}

type Fields = ReadonlyMap<string, unknown>

function* compareDocuments(before: Fields, after: Fields, path: Path, budget: Budget): Generator<Difference> {
  for (const [name, old] of before) {
    if (!budget.take()) return
    if (after.has(name)) yield* compare(old, after.get(name), [...path, name], budget)
    else yield { kind: 'removed', path: [...path, name], before: old }
  }
  for (const [name, now] of after) {
    if (!budget.take()) return
    if (!before.has(name)) yield { kind: 'added', path: [...path, name], after: now }
  }
}

type Items = readonly unknown[]

function* compareArrays(before: Items, after: Items, path: Path, budget: Budget): Generator<Difference> {
  const least = Math.min(before.length, after.length)
  let head = 0
  while (head < least && isSame(before[head], after[head], budget)) head++
  let tail = 0
  while (tail < least - head && isSame(before.at(-1 - tail), after.at(-1 - tail), budget)) tail++
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail]
  for (let at = head; at < Math.max(oldEnd, newEnd); at++) {
    if (!budget.take()) return
    const place = [...path, String(at)]
    if (at >= newEnd) yield { kind: 'removed', path: place, before: before[at] }
    else if (at >= oldEnd) yield { kind: 'added', path: place, after: after[at] }
    else yield* compare(before[at], after[at], place, budget)
  }
}
