import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { acceptedFormats } from './http/accepted-formats.ts'
import { pathOf } from './http/request-target.ts'
import { readWeightedList } from './http/weighted-list.ts'
import { COMMON_HEADERS, graphiqlPolicy } from './security-headers.ts'

/** Shown in an empty editor. */
const DEFAULT_QUERY = `# Every change in the deployment, as it happens. Ctrl-Enter starts and stops it.
subscription {
  changes {
    operationType
    ns { db coll }
    documentKey
    json
  }
}
`

interface Page {
  readonly html: Buffer
  readonly gzipped: Buffer
  readonly scriptHash: string
}

/** Whether a request is a browser that opens GraphiQL, as opposed to a GraphQL request by GET. */
export function isGraphiqlRequest({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && acceptedFormats(headers.accept).prefersHtml
}

/**
 * Serves GraphiQL as one page without a byte from elsewhere. The page is 9 MB, made with the first request and kept; browsers
 * get it compressed.
 *
 * @param subscriptionsProtocol how it subscribes: `WS`, or `SSE`, by which it sends the headers that its user types; over
 * WebSocket it has no place for credentials
 */
export function createGraphiql(
  endpoint: string,
  subscriptionsProtocol: 'WS' | 'SSE',
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: Promise<Page> | undefined
  return async (request, response) => {
    const path = pathOf(request)
    // its address is where it looks for everything, whatever a proxy puts before it
    if (path.endsWith('/')) return redirect(response, `..${endpoint}${(request.url ?? '').slice(path.length)}`)
    page ??= makePage(endpoint.slice(1), subscriptionsProtocol)
    const { html, gzipped, scriptHash } = await page
    const compress = takesGzip(request.headers['accept-encoding'])
    const body = compress ? gzipped : html
    response.writeHead(200, {
      ...COMMON_HEADERS,
      ...(compress ? { 'Content-Encoding': 'gzip' } : {}),
      Vary: 'Accept, Accept-Encoding',
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': graphiqlPolicy(request.headers, scriptHash),
      'Cache-Control': 'no-cache',
      'Content-Length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(308, { ...COMMON_HEADERS, Location: location, 'Cache-Control': 'no-store' }).end()
}

function takesGzip(acceptEncoding = ''): boolean {
  const codings = readWeightedList(acceptEncoding)
  const coding = ['gzip', 'x-gzip', '*'].flatMap((name) => codings.find(({ value }) => value === name) ?? [])[0]
  return coding !== undefined && coding.weight > 0
}

async function makePage(endpoint: string, subscriptionsProtocol: 'WS' | 'SSE'): Promise<Page> {
  // on demand, because loading it takes longer than starting the relay
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql')
  const text = renderGraphiQL({ title: 'Tailrace', endpoint, subscriptionsProtocol, defaultQuery: DEFAULT_QUERY })
  const html = Buffer.from(text)
  const script = text.slice(text.indexOf('<script>') + '<script>'.length, text.lastIndexOf('</script>'))
  const scriptHash = `sha256-${createHash('sha256').update(script).digest('base64')}`
  return { html, gzipped: await promisify(gzip)(html), scriptHash }
}
