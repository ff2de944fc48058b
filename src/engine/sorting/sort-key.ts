import { countWork } from '../../bson/work-budget.ts'
import { compareValues } from '../../bson/compare.ts'
import { isDocument, UNDEFINED, type BsonArray, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { CommandError } from '../../bson/command-error.ts'
import { arrayIndex, type Path } from '../../bson/query/path.ts'

/** A field of a sort: a path with `1` for ascending or `-1` for descending. */
export interface SortField {
  readonly path: Path
  readonly direction: 1 | -1
}

/** Orders two lists of values, field by field. */
export function compareKeys(a: readonly BsonValue[], b: readonly BsonValue[], fields: readonly SortField[]): number {
  countWork()
  for (const [i, { direction }] of fields.entries()) {
    const order = compareValues(a[i] as BsonValue, b[i] as BsonValue)
    if (order !== 0) return order * direction
  }
  return 0
}

/**
 * The values that a document is sorted by. An array makes several lists of values, one per element, of which the first
 * in the sort's order counts; a missing value counts as null and an empty array as undefined, below null.
 * @throws CommandError BadValue when two arrays that are not inside one another are sorted by
 */
export function sortKey(document: BsonDocument, fields: readonly SortField[]): BsonValue[] {
  const simple = plainKey(document, fields)
  if (simple) return simple
  let best: BsonValue[] | undefined
  for (const key of keys(fields.map(({ path }) => ({ value: document, path, at: 0 })))) {
    if (!best || compareKeys(key, best, fields) < 0) best = key
  }
  return best ?? fields.map(() => null)
}

/** The key of a document without arrays on its paths, which most are. */
function plainKey(document: BsonDocument, fields: readonly SortField[]): BsonValue[] | undefined {
  const key: BsonValue[] = []
  for (const { path } of fields) {
    let value: BsonValue | undefined = document
    for (const part of path) {
      if (Array.isArray(value)) return undefined
      value = value !== undefined && isDocument(value) ? value.get(part) : undefined
    }
    if (Array.isArray(value)) return undefined
    key.push(value ?? null)
  }
  return key
}

/** How far a path was followed. */
interface Walk {
  readonly value: BsonValue | undefined
  readonly path: Path
  readonly at: number
  /** the value came out of an array at the end of the path: an array there is a value by itself */
  readonly final?: true
}

function* keys(walks: readonly Walk[]): Generator<BsonValue[]> {
  const reached = walks.map(follow)
  const array = reached.find(isOpen)?.value
  if (!Array.isArray(array)) {
    yield reached.map(({ value }) => value ?? null)
    return
  }
  if (reached.some((walk) => isOpen(walk) && walk.value !== array)) {
    throw new CommandError('BadValue', 'cannot sort with keys that are parallel arrays')
  }
  const elements: (BsonValue | undefined)[] = array.length > 0 ? array : [undefined]
  for (const element of elements) {
    countWork()
    yield* keys(reached.map((walk) => (walk.value === array && isOpen(walk) ? intoElement(walk, element) : walk)))
  }
}

function isOpen(walk: Walk): boolean {
  return Array.isArray(walk.value) && !walk.final
}

function intoElement(walk: Walk, element: BsonValue | undefined): Walk {
  if (walk.at === walk.path.length) return { ...walk, value: element === undefined ? UNDEFINED : element, final: true }
  // only documents have what the rest of the path names
  return { ...walk, value: element !== undefined && isDocument(element) ? element : undefined }
}

/** Follows a path to its end or to the first array on the way; an index in the path picks its element. */
function follow(walk: Walk): Walk {
  let { value, at } = walk
  if (walk.final) return walk
  for (; at < walk.path.length; at++) {
    const part = walk.path[at] as string
    if (Array.isArray(value)) {
      const element = elementNamed(value, part)
      if (element === undefined) break
      value = element
    } else {
      value = value !== undefined && isDocument(value) ? value.get(part) : undefined
    }
  }
  return { ...walk, value, at }
}

function elementNamed(array: BsonArray, part: string): BsonValue | undefined {
  const index = arrayIndex(part)
  countWork(1 + array.length)
  if (index === undefined || array.some((element) => isDocument(element) && element.has(part))) return undefined
  return array[index]
}
