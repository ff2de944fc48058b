import type { FieldRule } from '../../../src/relay/access/rules/rule.ts'
import type { Value } from './truthful-updates.ts'

/** A text or null, or a container without anything in it, and the keys on the way to it. */
export interface Leaf {
  readonly keys: readonly string[]
  readonly value: Value
}

/** All leaves of a value, one by one. */
export function leavesOf(value: Value, keys: readonly string[] = []): Leaf[] {
  if (typeof value === 'string' || value === null) return [{ keys, value }]
  // own keys, so that __proto__ is among them; those of an array are its positions
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...keys, key]))
}

/** Whether a rule leaves a leaf: as `docs/access.md` says it, in the simplest way there is. */
export function isVisible(rule: FieldRule, keys: readonly string[]): boolean {
  const path = componentsOf(keys.join('.'))
  const startsWith = (start: string) => start.split('.').every((component, index) => path[index] === component)
  return 'allow' in rule ? rule.allow.some(startsWith) : !rule.remove.some(startsWith)
}

/** Whether a rule lets a field be named: it, or something that could be below it, is visible. */
export function mayBeNamed(rule: FieldRule, name: string): boolean {
  if (isVisible(rule, [name])) return true
  const path = componentsOf(name)
  return 'allow' in rule && rule.allow.some((allowed) => path.every((one, index) => allowed.split('.')[index] === one))
}

/** All names of fields in a document or an `updatedFields`, as dotted paths. */
export function namesOf(value: Value, keys: readonly string[] = []): string[] {
  if (typeof value === 'string' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [[...keys, key].join('.'), ...namesOf(item, [...keys, key])])
}

function componentsOf(path: string): string[] {
  return path.split('.').filter((component) => !/^[0-9]+$/.test(component))
}
