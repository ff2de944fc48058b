import { type DocumentNode, getOperationAST } from 'graphql'
import { JsonSource } from '../../../bson/ejson/json.ts'
import { sliceFields, sliceItems } from '../../../bson/ejson/json-slices.ts'

/** The names of the variables that an operation declares; none where the document has no such operation. */
export function declaredNames(document: DocumentNode, operationName: string | null | undefined): readonly string[] {
  const declared = getOperationAST(document, operationName)?.variableDefinitions ?? []
  return declared.map(({ variable }) => variable.name.value)
}

/**
 * The variables of a request that its operation declares, as new ones: the others say nothing, and may be large.
 * Objects are kept in their own words, also those in lists: what `JSON.parse` makes of them has lost the order of
 * fields with integer-like names, and all but the last of those with one name. Such a value is for a scalar of the
 * schema's own, which reads it where it is used; the schema has no input objects.
 *
 * **Cost**: one pass over the text for each level of lists where there is such a variable, else nothing.
 *
 * @param variables which nest no deeper than allowed
 * @param text gives the JSON that `variables` was parsed from
 */
export function declaredVariables(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Readonly<Record<string, unknown>>,
  text: () => string | undefined,
): Record<string, unknown> {
  const declared = declaredNames(document, operationName)
    .filter((name) => Object.hasOwn(variables, name))
    .map((name) => [name, variables[name]] as const)
  const source = declared.some(([, value]) => holdsObject(value)) ? text() : undefined
  if (source === undefined) return Object.fromEntries(declared)
  const slices = sliceFields(source)
  return Object.fromEntries(declared.map(([name, value]) => [name, keep(value, slices.get(name) ?? 'null')]))
}

function keep(value: unknown, text: string): unknown {
  if (isObject(value)) return new JsonSource(text)
  if (!Array.isArray(value) || !holdsObject(value)) return value
  const texts = sliceItems(text)
  return value.map((item: unknown, at) => keep(item, texts[at] ?? 'null'))
}

function holdsObject(value: unknown): boolean {
  return Array.isArray(value) ? value.some(holdsObject) : isObject(value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
