import { JsonSource } from '../bson/ejson/json.ts'
import { sliceFields } from '../bson/ejson/json-slices.ts'
import { isTooDeep } from './limits/json-depth.ts'

/**
 * The variables of a request, where those that are objects are kept in their own words: what `JSON.parse` makes of them has
 * lost the order of fields with integer-like names, and all but the last of those with one name. Such a variable is for a
 * scalar of the schema's own, which reads it where it is used; the schema has no input objects.
 *
 * **Cost**: one pass over the text where there is such a variable, else nothing.
 *
 * @param text gives the JSON that `variables` was parsed from
 */
export function withVariableSources(variables: unknown, text: () => string | undefined): unknown {
  // what nests too deep is refused as a whole
  if (!isObject(variables) || isTooDeep(variables)) return variables
  const objects = Object.entries(variables).filter(([, value]) => isObject(value))
  const source = objects.length > 0 ? text() : undefined
  if (source === undefined) return variables
  const slices = sliceFields(source)
  const kept = objects.map(([name]) => [name, new JsonSource(slices.get(name) ?? 'null')])
  return { ...variables, ...Object.fromEntries(kept) }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
