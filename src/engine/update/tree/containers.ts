import { isDocument, type BsonArray, type BsonDocument, type BsonValue } from '../../../bson/values.ts'
import { CommandError } from '../../../bson/command-error.ts'
import { arrayIndex } from '../../../bson/query/path.ts'
import { fieldText } from '../../../bson/shell-text.ts'
import type { Place } from './leaf.ts'

const MAX_PADDING = 1_500_000
const CANNOT_BACKFILL_ARRAY = 34

/** What an update changes the fields or elements of. */
export type Container = BsonDocument | BsonArray

/** The field or element of that name. */
export function valueIn(container: Container, name: string): BsonValue | undefined {
  if (isDocument(container)) return container.get(name)
  const index = arrayIndex(name)
  return index === undefined ? undefined : container[index]
}

/** The place of a field or element inside a container. */
export function placeBelow(outer: Place, name: string, container: Container): Place {
  return {
    path: [...outer.path, name],
    throughArray: Array.isArray(container) ? outer.path.at(-1) : outer.throughArray,
  }
}

/** How messages show the container of a place. */
export function parentText(place: Place, container: Container): string {
  return fieldText(place.path.at(-2) ?? '', container)
}

/** A copy that may be changed: the container itself when it is such a copy of `original` already. */
export function copyOnce<C extends Container>(container: C, original: C): C {
  if (container !== original) return container
  // a Map or an array, as the argument is
  return (isDocument(container) ? new Map(container) : [...container]) as C
}

/**
 * Stores a value in a container that may be changed; undefined takes a field away, and leaves null in an array. Arrays
 * are filled with null up to the index.
 */
export function store<C extends Container>(container: C, name: string, value: BsonValue | undefined): C {
  if (isDocument(container)) {
    if (value === undefined) container.delete(name)
    else container.set(name, value)
    return container
  }
  const index = Number(name)
  while (container.length < index) container.push(null)
  // an array keeps its positions
  container[index] = value === undefined ? null : value
  return container
}

/**
 * Checks that storing at an index does not fill an array with too many nulls.
 * @throws CommandError CannotBackfillArray
 */
export function checkPadding(array: BsonArray, index: number): void {
  if (index - array.length > MAX_PADDING) {
    throw new CommandError(CANNOT_BACKFILL_ARRAY, `can't backfill more than ${MAX_PADDING} elements`)
  }
}
