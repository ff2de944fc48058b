import { isContainer, toFields } from '../json/tokens.ts'
import { JsonNumber } from '../../src/bson/ejson/json.ts'
import { Budget } from './budget.ts'
import { compare, type Difference, type Path } from './compare.ts'
import { documentOf, fieldOf, valueAt } from './values.ts'

/** How many fields and items are looked at. */
const MAX_STEPS = 20_000

/** What a change changed. */
export interface Differences {
  readonly list: readonly Difference[]
  /** Whether that is all; a change may have more of them than are asked for, or documents that are too large. */
  readonly isComplete: boolean
}

/**
 * What an event changed, by path, as well as the event says: with the document from before it old and new values,
 * without it new ones. An insert adds each field, and a delete removes those of the document from before it.
 *
 * **Order**: that of the event. **Cost**: bounded, whatever the documents' size.
 *
 * @param event as `readEvent` or `JSON.parse` gives it
 * @param most how many are given. Default: 500
 */
export function toDifferences(event: unknown, most = 500): Differences {
  const budget = new Budget(MAX_STEPS)
  const list: Difference[] = []
  for (const difference of differencesOf(event, budget)) {
    if (list.length === most) return { list, isComplete: false }
    list.push(difference)
  }
  return { list, isComplete: !budget.isSpent }
}

function* differencesOf(event: unknown, budget: Budget): Generator<Difference> {
  const [description, after] = [fieldOf(event, 'updateDescription'), fieldOf(event, 'fullDocument')]
  const before = fieldOf(event, 'fullDocumentBeforeChange') ?? undefined
  if (isContainer(description)) yield* ofDescription(description, before, budget)
  else if (isContainer(before) && isContainer(after)) yield* compare(before, after, [], budget)
  else if (isContainer(before))
    yield* ofFields(before, budget, (path, value) => ({ kind: 'removed', path, before: value }))
  else if (isContainer(after)) {
    const kind = fieldOf(event, 'operationType') === 'replace' ? 'set' : 'added'
    yield* ofFields(after, budget, (path, value) => ({ kind, path, after: value }))
  }
}

function* ofFields(
  document: object,
  budget: Budget,
  make: (path: Path, value: unknown) => Difference,
): Generator<Difference> {
  for (const [name, value] of toFields(document)) {
    if (!budget.take()) return
    yield make([name], value)
  }
}

function* ofDescription(description: object, before: unknown, budget: Budget): Generator<Difference> {
  const components = documentOf(fieldOf(description, 'disambiguatedPaths'), budget)

  function toPath(name: string): Path {
    const parts = components?.get(name)
    if (Array.isArray(parts)) return parts.map((part) => (part instanceof JsonNumber ? part.text : String(part)))
    // the components are there only where they are asked for
    return name.includes('.') && fieldOf(before, name) !== undefined ? [name] : name.split('.')
  }

  for (const [name, after] of toFields(toObject(fieldOf(description, 'updatedFields')))) {
    if (!budget.take()) return
    yield* ofUpdate(toPath(name), after, before, budget)
  }
  for (const name of toList(fieldOf(description, 'removedFields'))) {
    if (typeof name !== 'string' || !budget.take()) continue
    const path = toPath(name)
    const old = valueAt(before, path, budget)
    yield old === undefined ? { kind: 'removed', path } : { kind: 'removed', path, before: old }
  }
  for (const array of toList(fieldOf(description, 'truncatedArrays'))) {
    const [name, size] = [fieldOf(array, 'field'), fieldOf(array, 'newSize')]
    if (typeof name !== 'string' || !budget.take()) continue
    const path = toPath(name)
    const old = valueAt(before, path, budget)
    const after = Number(size instanceof JsonNumber ? size.text : size)
    yield Array.isArray(old)
      ? { kind: 'shortened', path, before: old.length, after }
      : { kind: 'shortened', path, after }
  }
}

function* ofUpdate(path: Path, after: unknown, before: unknown, budget: Budget): Generator<Difference> {
  if (!isContainer(before)) {
    yield { kind: 'set', path, after }
    return
  }
  const old = valueAt(before, path, budget)
  if (budget.isSpent) yield { kind: 'set', path, after }
  else if (old === undefined) yield { kind: 'added', path, after }
  else if (isContainer(old) && isContainer(after)) yield* compare(old, after, path, budget)
  else yield { kind: 'changed', path, before: old, after }
}

function toObject(value: unknown): object {
  return isContainer(value) ? value : {}
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
