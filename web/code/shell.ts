import type { CodeView } from './code-view.ts'
import { toOperation, toVariablesJson } from './operation.ts'

/** Writes a text as one argument for a POSIX shell. */
function toShellArgument(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A view for the command line: server-sent events, as they come. */
export function toCurl(view: CodeView, url: string): string {
  const query = toOperation(view).replaceAll(/\s+/g, ' ')
  const body = `{"query": ${JSON.stringify(query)}, "variables": ${toVariablesJson(view)}}`
  // brackets are patterns to curl, and part of an IPv6 address
  return [
    `curl -gNsS ${toShellArgument(url)} \\`,
    `  -H 'accept: text/event-stream' \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d ${toShellArgument(body)}`,
  ].join('\n')
}
