import { arrayIndex, type LeafArrays, type Visit } from '../../../src/bson/query/path.ts'
import { isDocument, type BsonValue } from '../../../src/bson/values.ts'

/**
 * What a path leads to, written down as the manual says it, without a thought for the cost: each way is gone, however
 * many lead to one place. To compare with.
 */
export function visitNaively(root: BsonValue, path: readonly string[], leaf: LeafArrays, visit: Visit): void {
  walk(root, 0, undefined)

  function walk(value: BsonValue | undefined, at: number, outer: number | undefined): void {
    if (at === path.length) return atEnd(value, outer)
    if (Array.isArray(value)) return enter(value, at, outer)
    if (isDocument(value)) return walk(value.get(path[at] as string), at + 1, outer)
    visit(undefined, outer)
  }

  function atEnd(value: BsonValue | undefined, outer: number | undefined): void {
    if (leaf === 'elements' && Array.isArray(value)) value.forEach((item, i) => visit(item, outer ?? i))
    visit(value, outer)
  }

  function enter(array: readonly BsonValue[], at: number, outer: number | undefined): void {
    // recorded: `n.` finds the elements of `n`
    if (at === path.length - 1 && path[at] === '') return atEnd(array as BsonValue[], outer)
    array.forEach((item, i) => {
      if (isDocument(item)) walk(item, at, outer ?? i)
      if (arrayIndex(path[at] as string) !== i) return
      if (at + 1 === path.length) visit(item, outer ?? i)
      else if (isDocument(item) || Array.isArray(item)) walk(item, at + 1, outer ?? i)
    })
  }
}
