import type { CodeView } from './code-view.ts'
import { toApollo, toEventSource, toTailraceClient, toUrql } from './javascript.ts'
import { toMongosh } from './mongosh.ts'
import { toInlineOperation, toOperation, toVariablesJson } from './operation.ts'
import { toCurl } from './shell.ts'

/** A view as code, to be copied. */
export interface Snippet {
  readonly id: 'graphql' | 'variables' | 'curl' | 'client' | 'apollo' | 'urql' | 'eventSource' | 'mongosh'
  /** For people. */
  readonly label: string
  readonly code: string
}

/**
 * A view as code, in every way that people use it. Names and values in it mean what they mean in the view, whatever
 * they hold; nothing in them is seen as anything else.
 *
 * @param url of the relay's GraphQL endpoint, with `http:` or `https:`
 */
export function toSnippets(view: CodeView, url: string): readonly Snippet[] {
  return [
    { id: 'graphql', label: 'GraphQL', code: toOperation(view) },
    { id: 'variables', label: 'Variables', code: toVariablesJson(view) },
    { id: 'curl', label: 'curl', code: toCurl(view, url) },
    { id: 'client', label: 'tailrace/client', code: toTailraceClient(view, url) },
    { id: 'apollo', label: 'Apollo', code: toApollo(view, url) },
    { id: 'urql', label: 'urql', code: toUrql(view, url) },
    { id: 'eventSource', label: 'EventSource', code: toEventSource(view, url) },
    { id: 'mongosh', label: 'mongosh', code: toMongosh(view) },
  ]
}

/** The address of GraphiQL with a view in its editor. */
export function toGraphiqlUrl(view: CodeView, url: string): string {
  const address = new URL(url)
  address.searchParams.set('query', toInlineOperation(view))
  return address.href
}
