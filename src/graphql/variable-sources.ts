import { JsonSource } from '../bson/ejson/json.ts'
import { sliceFields, sliceItems } from '../bson/ejson/json-slices.ts'
import { isTooDeep } from './limits/json-depth.ts'

/**
 * The variables of a request, where objects are kept in their own words, also those in lists: what `JSON.parse` makes of them
 * has lost the order of fields with integer-like names, and all but the last of those with one name. Such a value is for a
 * scalar of the schema's own, which reads it where it is used; the schema has no input objects.
 *
 * **Cost**: one pass over the text for each level of lists where there is such a variable, else nothing.
 *
 * @param text gives the JSON that `variables` was parsed from
 */
export function withVariableSources(variables: unknown, text: () => string | undefined): unknown {
  // what nests too deep is refused as a whole
  if (!isObject(variables) || isTooDeep(variables)) return variables
  const loose = Object.entries(variables).filter(([, value]) => holdsObject(value))
  const source = loose.length > 0 ? text() : undefined
  if (source === undefined) return variables
  const slices = sliceFields(source)
  const kept = loose.map(([name, value]) => [name, keep(value, slices.get(name) ?? 'null')])
  return { ...variables, ...Object.fromEntries(kept) }
}

function keep(value: unknown, text: string): unknown {
  if (isObject(value)) return new JsonSource(text)
  if (!Array.isArray(value)) return value
  const texts = sliceItems(text)
  return value.map((item: unknown, at) => keep(item, texts[at] ?? 'null'))
}

function holdsObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(holdsObject) : isObject(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
