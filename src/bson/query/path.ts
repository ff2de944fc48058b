import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../values.ts'

/** The parts of a dotted path. Never empty; a part may be the empty string. */
export type Path = readonly string[]

/**
 * Called with each value that a path leads to: `undefined` where a field is missing, and the index in the outermost
 * array that was passed on the way, where there was one.
 * @returns true to stop
 */
export type Visit = (value: BsonValue | undefined, index: number | undefined) => boolean

/** Whether an array at the end of a path is visited `whole`, or with each of its `elements` before it. */
export type LeafArrays = 'whole' | 'elements'

/** The parts of a dotted path. */
export function parsePath(path: string): Path {
  return path.split('.')
}

/**
 * Visits the values at a path as the server's queries do. An array on the way is entered in two manners, both tried for
 * each element: its documents with the same part of the path, and the element whose index the part is. Elements that
 * are neither are passed over: an empty array on the way gives no value at all, not even a missing one.
 * @returns whether the visitor stopped
 */
export function visitPath(document: BsonDocument, path: Path, leaf: LeafArrays, visit: Visit): boolean {
  return walk(document, path, 0, leaf, undefined, visit)
}

/** What {@link visitPath} gives, as a list. */
export function valuesAt(document: BsonDocument, path: Path, leaf: LeafArrays): (BsonValue | undefined)[] {
  const values: (BsonValue | undefined)[] = []
  visitPath(document, path, leaf, (value) => {
    values.push(value)
    return false
  })
  return values
}

/** An array as a document with its indexes as names, as BSON stores it. */
export function asDocument(array: BsonArray): BsonDocument {
  return new Map(array.map((value, index) => [String(index), value]))
}

/** The array index that a part of a path names; undefined when it is not one (`01` and `-1` are not). */
export function arrayIndex(part: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(part) ? Number(part) : undefined
}

function walk(
  document: BsonDocument,
  path: Path,
  from: number,
  leaf: LeafArrays,
  outer: number | undefined,
  visit: Visit,
): boolean {
  let value: BsonValue | undefined = document
  for (let at = from; at < path.length; at++) {
    if (Array.isArray(value)) return enter(value, path, at, leaf, outer, visit)
    if (!isDocument(value)) return visit(undefined, outer)
    value = value.get(path[at] as string)
  }
  if (leaf === 'elements' && Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (visit(value[i], outer ?? i)) return true
  }
  return visit(value, outer)
}

/** Goes on at `path[at]` inside an array. */
function enter(
  array: BsonArray,
  path: Path,
  at: number,
  leaf: LeafArrays,
  outer: number | undefined,
  visit: Visit,
): boolean {
  const named = arrayIndex(path[at] as string)
  for (let i = 0; i < array.length; i++) {
    const element = array[i]
    if (isDocument(element) && walk(element, path, at, leaf, outer ?? i, visit)) return true
    if (i === named && atIndex(element, path, at + 1, leaf, outer ?? i, visit)) return true
  }
  return false
}

/** Goes on at `path[at]` below an array element that the path named by its index. */
function atIndex(
  element: BsonValue | undefined,
  path: Path,
  at: number,
  leaf: LeafArrays,
  outer: number,
  visit: Visit,
): boolean {
  // an array that is named by its index is a value of its own: its elements are not visited
  if (at === path.length) return visit(element, outer)
  if (isDocument(element)) return walk(element, path, at, leaf, outer, visit)
  return Array.isArray(element) && enter(element, path, at, leaf, outer, visit)
}
