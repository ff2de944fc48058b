import { fieldsOf, JsonNumber } from '../../src/bson/ejson/json.ts'
import { isContainer } from '../json/tokens.ts'
import type { Budget } from './budget.ts'

/**
 * The fields of a document by name; `undefined` for what is no document, also for what Extended JSON writes as one, and
 * where the budget does not reach.
 */
export function documentOf(value: unknown, budget: Budget): ReadonlyMap<string, unknown> | undefined {
  if (!isContainer(value) || Array.isArray(value)) return undefined
  const fields = fieldsOf(value)
  if (!fields || fields[0]?.[0].startsWith('$') || !budget.take(fields.length)) return undefined
  return new Map(fields)
}

/** The field of a document; `undefined` where there is none. */
export function fieldOf(value: unknown, name: string): unknown {
  return isContainer(value) ? fieldsOf(value)?.find(([one]) => one === name)?.[1] : undefined
}

/**
 * What is at a path: names of fields and positions in arrays.
 *
 * @returns `undefined` where there is nothing; what is there is never `undefined`
 */
export function valueAt(root: unknown, path: readonly string[], budget: Budget): unknown {
  let value = root
  for (const part of path) {
    if (Array.isArray(value)) value = /^\d+$/.test(part) ? (value as readonly unknown[])[Number(part)] : undefined
    else value = documentOf(value, budget)?.get(part)
    if (value === undefined) return undefined
  }
  return value
}

/** Whether two values are written alike, fields in their order. False when the budget ends before that is known. */
export function isSame(a: unknown, b: unknown, budget: Budget): boolean {
  if (!budget.take()) return false
  if (a === b) return true
  if (a instanceof JsonNumber || b instanceof JsonNumber) {
    return a instanceof JsonNumber && b instanceof JsonNumber && a.text === b.text
  }
  if (!isContainer(a) || !isContainer(b)) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, at) => isSame(item, b[at], budget))
    )
  }
  const [one, other] = [fieldsOf(a) ?? [], fieldsOf(b) ?? []]
  return (
    one.length === other.length &&
    one.every(([name, value], at) => name === other[at]?.[0] && isSame(value, other[at]?.[1], budget))
  )
}
