import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { acceptedFormats } from './requests/accepted-formats.ts'
import { pathOf } from './requests/request-target.ts'
import { readWeightedList } from './requests/weighted-list.ts'
import { respondText } from './respond.ts'
import { COMMON_HEADERS, graphiqlPolicy } from './security-headers.ts'

interface Page {
  readonly gzipped: Buffer
  readonly scriptHash: string
}

/** Whether a request is a browser that opens GraphiQL, as opposed to a GraphQL request by GET. */
export function isGraphiqlRequest({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && acceptedFormats(headers.accept).prefersHtml
}

/**
 * Serves GraphiQL as one page without a byte from elsewhere. The page is 9 MB, and browsers get it compressed, as it
 * was built; it is read now, and unpacked for the first client that takes nothing else.
 *
 * @param root the folder that holds the pages
 * @param subscriptionsProtocol how it subscribes: `WS`, or `SSE`, by which it sends the headers that its user types;
 *   over
 * WebSocket it has no place for credentials
 */
export function createGraphiql(
  endpoint: string,
  root: string,
  subscriptionsProtocol: 'WS' | 'SSE',
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const page = readPage(root, subscriptionsProtocol)
  let html: Buffer | undefined
  return async (request, response) => {
    const path = pathOf(request)
    // its address is where it looks for everything, whatever a proxy puts before it
    if (path.endsWith('/')) return redirect(response, `..${endpoint}${(request.url ?? '').slice(path.length)}`)
    if (!page) return respondText(response, 404, 'GraphiQL is not built; run `npm run build`')
    const compress = takesGzip(request.headers['accept-encoding'])
    const body = compress ? page.gzipped : (html ??= gunzipSync(page.gzipped))
    response.writeHead(200, {
      ...COMMON_HEADERS,
      ...(compress ? { 'Content-Encoding': 'gzip' } : {}),
      Vary: 'Accept, Accept-Encoding',
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': graphiqlPolicy(request.headers, page.scriptHash),
      'Cache-Control': 'no-cache',
      'Content-Length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

// absent when it has not been built, as the live page can be
function readPage(root: string, subscriptionsProtocol: 'WS' | 'SSE'): Page | undefined {
  const file = join(root, `${subscriptionsProtocol}.html.gz`)
  if (!existsSync(file)) return undefined
  const scriptHash = readFileSync(join(root, `${subscriptionsProtocol}.hash`), 'utf8')
  return { gzipped: readFileSync(file), scriptHash }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(308, { ...COMMON_HEADERS, Location: location, 'Cache-Control': 'no-store' }).end()
}

function takesGzip(acceptEncoding = ''): boolean {
  const codings = readWeightedList(acceptEncoding)
  const coding = ['gzip', 'x-gzip', '*'].flatMap((name) => codings.find(({ value }) => value === name) ?? [])[0]
  return coding !== undefined && coding.weight > 0
}
