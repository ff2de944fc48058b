import { type Answer, emptyAnswer, textAnswer } from './answer.ts'
import { type Asked, pathOf } from './asked.ts'
import { acceptedFormats } from './requests/accepted-formats.ts'
import { readWeightedList } from './requests/weighted-list.ts'
import { COMMON_HEADERS, graphiqlPolicy } from './security-headers.ts'

/** GraphiQL as one page without a byte from elsewhere, as it was built. */
export interface GraphiqlPage {
  /** 9 MB of HTML, compressed. */
  readonly gzipped: Uint8Array
  /** Its script's, as a content security policy names it. */
  readonly scriptHash: string
}

/** Whether a request is a browser that opens GraphiQL, as opposed to a GraphQL request by GET. */
export function isGraphiqlRequest({ method, headers }: Pick<Asked, 'method' | 'headers'>): boolean {
  return (method === 'GET' || method === 'HEAD') && acceptedFormats(headers.accept).prefersHtml
}

/**
 * Serves GraphiQL. Browsers get it compressed; it is unpacked for the first client that takes nothing else.
 *
 * @param page absent: it is not built, which the answer says
 */
export function createGraphiql(
  endpoint: string,
  page: GraphiqlPage | undefined,
): (asked: Pick<Asked, 'url' | 'headers'>) => Promise<Answer> {
  let html: Promise<Uint8Array> | undefined
  return async ({ url, headers }) => {
    const path = pathOf(url)
    // its address is where it looks for everything, whatever a proxy puts before it
    if (path.endsWith('/')) {
      return { ...emptyAnswer({ Location: `..${endpoint}${url.slice(path.length)}` }), status: 308 }
    }
    if (!page) return textAnswer(404, 'GraphiQL is not built; run `npm run build`')
    const compress = takesGzip(headers['accept-encoding'])
    const body = compress ? page.gzipped : await (html ??= unpacked(page.gzipped))
    return {
      status: 200,
      headers: {
        ...COMMON_HEADERS,
        ...(compress ? { 'Content-Encoding': 'gzip' } : {}),
        Vary: 'Accept, Accept-Encoding',
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': graphiqlPolicy(headers, page.scriptHash),
        'Cache-Control': 'no-cache',
      },
      body,
    }
  }
}

function takesGzip(acceptEncoding: string | readonly string[] = ''): boolean {
  const codings = readWeightedList(String(acceptEncoding))
  const coding = ['gzip', 'x-gzip', '*'].flatMap((name) => codings.find(({ value }) => value === name) ?? [])[0]
  return coding !== undefined && coding.weight > 0
}

async function unpacked(gzipped: Uint8Array): Promise<Uint8Array> {
  const body = new Blob([new Uint8Array(gzipped)]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(body).arrayBuffer())
}
