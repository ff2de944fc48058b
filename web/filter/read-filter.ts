import { parseShellDocument } from '../shell/parse.ts'
import type { DocumentValue, Field } from '../shell/value.ts'
import { toJson, toShell } from '../shell/write.ts'
import { checkOperators } from './check-operators.ts'
import { toEventFilter } from './event-fields.ts'

/** A filter as it was understood. */
export interface ReadFilter {
  /** For the argument `where`: canonical Extended JSON, on one line. */
  readonly where: string
  /** The same for people, in the shell's syntax: what every name means in the event. */
  readonly meaning: string
}

/**
 * Reads a filter that a person typed, such as `{status: 'paid', _id: ObjectId("…")}` or without the braces: in the
 * syntax of MongoDB's shell, or Extended JSON. See {@link toEventFilter} for what the names mean, and
 * {@link parseShellDocument} for what is read.
 *
 * Gives null for nothing and for `{}`, which ask for every event. Text that this gives as `where` or `meaning` is read
 * as the same filter.
 *
 * @throws Mistake with its place, and nothing else
 */
export function readFilter(text: string): ReadFilter | null {
  const typed = parseShellDocument(text)
  checkOperators(text, typed)
  const filter = toEventFilter(typed)
  return filter.fields.length === 0 ? null : { where: toJson(filter), meaning: toShell(filter) }
}

/**
 * Gives a filter as people type it, for Extended JSON from elsewhere, such as a document key or an old address.
 *
 * @throws Mistake where it is not a document
 */
export function toFilterText(ejson: string): string {
  return toShell(parseShellDocument(ejson))
}

/**
 * Adds a condition to what a person typed, in the place of the one that is there of this name: for what is clicked.
 *
 * @param ejson the value, in Extended JSON
 * @throws Mistake where `text` is no filter
 */
export function withCondition(text: string, name: string, ejson: string): string {
  const typed = parseShellDocument(text)
  const [added] = parseShellDocument(`{${JSON.stringify(name)}: ${ejson}}`).fields as readonly [Field]
  const isThere = typed.fields.some((field) => field.name === name)
  const fields = isThere ? typed.fields.map((field) => (field.name === name ? added : field)) : [...typed.fields, added]
  const whole: DocumentValue = { ...typed, fields }
  return toShell(whole)
}
