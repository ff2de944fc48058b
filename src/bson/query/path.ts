import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../values.ts'
import { countWork } from '../work-budget.ts'
import { isLazy, type LazyFields, type MatchedDocument } from './lazy-fields.ts'

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
 * are neither are passed over: an empty array on the way gives no value at all, not even a missing one. What two ways
 * lead to is visited once. **Cost**: at most a step for each part of the path and element of the document.
 * @returns whether the visitor stopped
 */
export function visitPath(document: MatchedDocument, path: Path, leaf: LeafArrays, visit: Visit): boolean {
  const walk = new Walk(path, leaf, visit)
  if (!isLazy(document)) return walk.from(document, 0, undefined)
  let value: ReturnType<LazyFields['field']> = document
  let at = 0
  while (isLazy(value) && at < path.length) {
    value = value.field(path[at] as string)
    at++
  }
  return walk.from(isLazy(value) ? value.decode() : value, at, undefined)
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
  countWork(array.length)
  return new Map(array.map((value, index) => [String(index), value]))
}

/** The array index that a part of a path names; undefined when it is not one (`01` and `-1` are not). */
export function arrayIndex(part: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(part) ? Number(part) : undefined
}

class Walk {
  readonly #path: Path
  readonly #leaf: LeafArrays
  readonly #visit: Visit
  /**
   * The documents in arrays from which the path was followed, by the part that came next; kept once an element is both
   * a document and the one that is named: only from then on two ways can lead to one place, and twice as many a level
   * deeper.
   */
  #followed: Set<BsonDocument>[] | undefined

  constructor(path: Path, leaf: LeafArrays, visit: Visit) {
    this.#path = path
    this.#leaf = leaf
    this.#visit = visit
  }

  /** Goes on at `path[from]` in a value that is no element of an array. */
  from(start: BsonValue | undefined, from: number, outer: number | undefined): boolean {
    countWork()
    const path = this.#path
    let value = start
    for (let at = from; at < path.length; at++) {
      if (Array.isArray(value)) return this.#array(value, at, outer)
      if (!isDocument(value)) return this.#visit(undefined, outer)
      value = value.get(path[at] as string)
    }
    return this.#end(value, outer)
  }

  /** Visits what the path ends at. */
  #end(value: BsonValue | undefined, outer: number | undefined): boolean {
    if (this.#leaf === 'elements' && Array.isArray(value)) {
      countWork(value.length)
      for (let i = 0; i < value.length; i++) if (this.#visit(value[i], outer ?? i)) return true
    }
    return this.#visit(value, outer)
  }

  /** Goes on at `path[at]` in an array. */
  #array(array: BsonArray, at: number, outer: number | undefined): boolean {
    // a path that ends with a dot ends at an array before it
    if (at === this.#path.length - 1 && this.#path[at] === '') return this.#end(array, outer)
    countWork(array.length)
    const named = arrayIndex(this.#path[at] as string)
    for (let i = 0; i < array.length; i++) {
      const element = array[i]
      if (i === named && isDocument(element)) this.#followed ??= []
      if (isDocument(element) && this.#element(element, at, outer ?? i)) return true
      if (i === named && this.#named(element, at + 1, outer ?? i)) return true
    }
    return false
  }

  /** Goes on at `path[at]` in a document that is an element of an array. */
  #element(document: BsonDocument, at: number, outer: number): boolean {
    if (this.#followed) {
      const followed = (this.#followed[at] ??= new Set())
      if (followed.has(document)) return false
      followed.add(document)
    }
    return this.from(document, at, outer)
  }

  /** Goes on at `path[at]` below an array element that the path named by its index. */
  #named(element: BsonValue | undefined, at: number, outer: number): boolean {
    // an array that is named by its index is a value of its own: its elements are not visited
    if (at === this.#path.length) return this.#visit(element, outer)
    if (isDocument(element)) return this.#element(element, at, outer)
    return Array.isArray(element) && this.#array(element, at, outer)
  }
}
