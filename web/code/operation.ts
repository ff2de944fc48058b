import { toArguments, type Argument } from './arguments.ts'
import type { CodeView } from './code-view.ts'

/** The longest list on one line, in characters. */
const MAX_LINE = 60

/** What is in a field that has fields. `disambiguatedPaths` would bring more events with it. */
const SELECTIONS: Readonly<Record<string, string>> = {
  ns: 'ns { db coll }',
  updateDescription: 'updateDescription { updatedFields removedFields truncatedArrays { field newSize } }',
}

/** The fields of a change that a view's code asks for. */
export function fieldsOf(view: CodeView): readonly string[] {
  const before = view.fullDocumentBeforeChange === 'OFF' ? [] : ['fullDocumentBeforeChange']
  return [
    'operationType',
    'clusterTime',
    'ns',
    'documentKey',
    'fullDocument',
    ...before,
    'updateDescription',
    'resumeToken',
  ]
}

/** A view's subscription with variables: its text is the same for all views that give the same arguments. */
export function toOperation(view: CodeView): string {
  const given = toArguments(view)
  const variables = given.map(({ name, type }) => `$${name}: ${type}`)
  const passed = given.map(({ name }) => `${name}: $${name}`)
  return write(`subscription Changes${toList(variables, '')}`, `changes${toList(passed, '  ')}`, view)
}

/** A view's subscription with its values in it, such as for GraphiQL, which takes no variables from its address. */
export function toInlineOperation(view: CodeView): string {
  const passed = toArguments(view).map(({ name, graphql }) => `${name}: ${graphql}`)
  return write('subscription', `changes${toList(passed, '  ')}`, view)
}

/** A list in parentheses: on one line, or where it is long one item a line. */
function toList(items: readonly string[], indent: string): string {
  const line = items.join(', ')
  if (items.length === 0) return ''
  return line.length <= MAX_LINE ? `(${line})` : `(\n${items.map((item) => `${indent}  ${item}\n`).join('')}${indent})`
}

function write(head: string, field: string, view: CodeView): string {
  const selections = fieldsOf(view).map((name) => `    ${SELECTIONS[name] ?? name}`)
  return `${head} {\n  ${field} {\n${selections.join('\n')}\n  }\n}`
}

/** The variables of {@link toOperation} as JSON. */
export function toVariablesJson(view: CodeView): string {
  return toObjectText(toArguments(view), ({ name, json }) => `"${name}": ${json}`)
}

/** The variables of {@link toOperation} as JavaScript. */
export function toVariablesJs(view: CodeView): string {
  return toObjectText(toArguments(view), ({ name, js }) => `${name}: ${js}`)
}

function toObjectText(given: readonly Argument[], write: (argument: Argument) => string): string {
  return given.length === 0 ? '{}' : `{\n${given.map((argument) => `  ${write(argument)}`).join(',\n')}\n}`
}
