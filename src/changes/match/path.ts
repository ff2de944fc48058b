import { fieldsOf, MISSING } from './values.ts'

/** Tells whether one value matches; {@link MISSING} stands for no value. */
export type ValueTest = (value: unknown) => boolean

/** What happens to an array at the end of a path: its elements are tested, then it itself; or it itself alone. */
export type LeafArrays = 'traverse' | 'keep'

/**
 * Whether any value that a dotted path leads to passes the test, as in a MongoDB query: through documents, through the
 * documents in arrays, and by index into arrays. A path that ends nowhere leads to {@link MISSING}, except within
 * arrays that hold no document.
 *
 * @see https://www.mongodb.com/docs/manual/tutorial/query-array-of-documents/
 */
export function someAtPath(root: unknown, path: readonly string[], leafArrays: LeafArrays, test: ValueTest): boolean {
  return walk(root, path, 0)

  function walk(value: unknown, names: readonly string[], depth: number): boolean {
    const name = names[depth]
    if (name === undefined) return leaf(value)
    const next = fieldAt(value, name)
    // the end of the path is a leaf even when it is an array, anything else on the way may be traversed
    return Array.isArray(next) && depth + 1 < names.length
      ? elements(next, names, depth + 1)
      : walk(next, names, depth + 1)
  }

  function elements(list: readonly unknown[], names: readonly string[], depth: number): boolean {
    const index = indexIn(list, names[depth])
    return list.some((item, at) => {
      if (fieldsOf(item) && walk(item, names, depth)) return true
      return at === index && atIndex(item, names, depth + 1)
    })
  }

  // an array that an index led to is not traversed at the end of the path
  function atIndex(item: unknown, names: readonly string[], depth: number): boolean {
    if (depth === names.length) return test(item)
    return Array.isArray(item) ? elements(item, names, depth) : fieldsOf(item) !== undefined && walk(item, names, depth)
  }

  function leaf(value: unknown): boolean {
    return (leafArrays === 'traverse' && Array.isArray(value) && value.some(test)) || test(value)
  }
}

function fieldAt(value: unknown, name: string): unknown {
  const fields = fieldsOf(value)
  return fields && Object.hasOwn(fields, name) ? fields[name] : MISSING
}

function indexIn(list: readonly unknown[], name: string | undefined): number {
  return name !== undefined && /^(?:0|[1-9]\d{0,8})$/.test(name) && Number(name) < list.length ? Number(name) : -1
}
