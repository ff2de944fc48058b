import type { Logger } from '../../../util/logs/logger.ts'
import type { OriginPolicy } from '../origin-policy.ts'
import { isLogPath } from '../log/log-request.ts'
import { type Answer, refusalAnswer, textAnswer } from './answer.ts'
import { type Asked, pathOf } from './asked.ts'
import { isGraphiqlRequest } from './graphiql.ts'
import { healthAnswer } from './health.ts'
import type { MetricsHandler } from './metrics.ts'
import { pageAnswer, type PageFiles } from './page-files.ts'
import { GRAPHQL_METHODS, optionsAnswer } from './requests/cors.ts'
import { createOriginGuard } from './requests/origin-guard.ts'
import { badRequest, type Refusal } from './requests/refusal.ts'

/** What requests are handed to. */
export interface RouterOptions {
  /** The path of everything GraphQL. */
  readonly endpoint: string
  readonly graphql: (asked: Asked) => Promise<Answer>
  /** Answers what asks for a log of changes. */
  readonly changeLog: (asked: Asked) => Promise<Answer>
  /** Absent: browsers that open the endpoint get what other clients get. */
  readonly graphiql?: ((asked: Asked) => Promise<Answer>) | undefined
  /** Why the relay cannot serve now; `undefined` when it can. */
  readonly trouble: () => string | undefined
  /** Answers `/metrics`; absent: that is not served here. */
  readonly metrics?: MetricsHandler | undefined
  readonly page: PageFiles
  readonly origins: OriginPolicy
  readonly log: Logger
}

/** Answers requests by their paths. */
export interface Router {
  /**
   * @param misplaced why the request cannot be served whatever it asks for
   */
  route(asked: Asked, misplaced?: Refusal): Promise<Answer>
  /** Why a request for a WebSocket is refused; `undefined` when it is not. */
  refuseUpgrade(asked: Pick<Asked, 'url' | 'headers'>): Refusal | undefined
}

/** What there is to do with anything but GraphQL. */
const FILE_METHODS = 'GET, HEAD, OPTIONS'

const PAGE_NOT_BUILT = 'The live page is not built; run `npm run build`. GraphQL is at /graphql'

/** What becomes of a WebSocket behind a proxy that does not know them. */
const NO_UPGRADE = badRequest(
  'A WebSocket request came without its Upgrade: the proxy in front must use HTTP/1.1, and pass on Upgrade and Connection',
)

/** Creates the router of a relay. */
export function createRouter(options: RouterOptions): Router {
  const { endpoint, graphql, changeLog, graphiql, page, origins, metrics, log } = options
  const guard = createOriginGuard(origins, log)

  return {
    async route(asked, misplaced) {
      const path = pathOf(asked.url)
      const refusal = misplaced ?? guard.refuseHost(asked.headers)
      const isLog = isLogPath(path)
      if (!isLog && !isEndpoint(path)) {
        return refusal ? textAnswer(refusal.status, refusal.message) : routeOther(asked, path)
      }
      if (refusal) return refusalAnswer(refusal)
      return isLog ? fromAllowedPages(asked, changeLog) : routeGraphql(asked)
    },
    refuseUpgrade({ url, headers }) {
      const path = pathOf(url)
      return guard.refuseHost(headers) ?? (isEndpoint(path) ? guard.refusePage(headers) : nothingAt(path))
    },
  }

  async function routeGraphql(asked: Asked): Promise<Answer> {
    const { headers } = asked
    if (headers['sec-websocket-key'] !== undefined) return refusalAnswer(NO_UPGRADE)
    if (graphiql && isGraphiqlRequest(asked)) return graphiql(asked)
    return fromAllowedPages(asked, graphql)
  }

  async function fromAllowedPages(asked: Asked, answer: RouterOptions['graphql']): Promise<Answer> {
    // elsewhere nothing is executed without credentials that foreign pages do not have
    const isJudged = origins.judgesPages && asked.method !== 'OPTIONS'
    const foreign = isJudged ? guard.refusePage(asked.headers) : undefined
    return foreign ? refusalAnswer(foreign) : answer(asked)
  }

  async function routeOther(asked: Asked, path: string): Promise<Answer> {
    const { method } = asked
    if (method === 'OPTIONS') return optionsAnswer(path === '*' ? GRAPHQL_METHODS : FILE_METHODS)
    if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, undefined, { Allow: FILE_METHODS })
    if (path === '/metrics' && metrics) return metrics(asked)
    return (
      healthAnswer(path, options.trouble) ??
      pageAnswer(page, path, asked) ??
      textAnswer(404, path === '/' ? PAGE_NOT_BUILT : `Nothing is at ${path}`)
    )
  }

  // with a slash it is what some clients and proxies make of it
  function isEndpoint(path: string): boolean {
    return path === endpoint || path === `${endpoint}/`
  }

  function nothingAt(path: string): Refusal {
    return { status: 404, code: 'BAD_USER_INPUT', message: `Nothing is at ${path}; GraphQL is at ${endpoint}` }
  }
}
