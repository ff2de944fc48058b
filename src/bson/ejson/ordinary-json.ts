import { fieldsOf, type Json } from './json.ts'
import { parseJson } from './parse-json.ts'

/**
 * Parses JSON into what `JSON.parse` gives, except that objects which would not keep their fields in order are maps.
 *
 * @throws EjsonError as {@link parseJson}, also for a name that is twice in one object
 */
export function parseOrdinary(text: string): unknown {
  return toOrdinary(parseJson(text, Number))
}

function toOrdinary(json: Json): unknown {
  if (Array.isArray(json)) return json.map(toOrdinary)
  const fields = fieldsOf(json)
  if (!fields) return json
  return toRecord(fields.map(([name, value]) => [name, toOrdinary(value)]))
}

/** An object with these fields, or a map where an object would not keep their order. */
export function toRecord<T>(fields: readonly (readonly [string, T])[]): Readonly<Record<string, T>> | Map<string, T> {
  const record = Object.fromEntries(fields)
  return Object.keys(record).every((name, at) => name === fields[at]?.[0]) ? record : new Map(fields)
}
