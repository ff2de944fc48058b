import { ANONYMOUS } from '../../auth/principal/principal.ts'
import { ownerOf } from '../../auth/principal/owner.ts'
import type { Grant } from '../../access/rules/policy.ts'
import type { Services } from '../../graphql/context.ts'
import { deliver } from '../../graphql/deliver.ts'
import type { OperationLimits } from '../../graphql/limits/operation-limits.ts'
import type { RelayValues } from '../../options/values.ts'
import type { Authentication } from '../authentication.ts'
import { fromHeaders } from '../credentials.ts'
import { type Answer, emptyAnswer, refusalAnswer, textAnswer, withHeaders } from '../http/answer.ts'
import type { Asked } from '../http/asked.ts'
import { corsHeaders, preflightAnswer } from '../http/requests/cors.ts'
import { logAnswer } from './log-answer.ts'
import { createLogEncoder } from './log-encoder.ts'
import { type LogQuery, readLogUrl, toLogRequest } from './log-request.ts'
import { readChunk } from './read-chunk.ts'
import { refusedLog } from './refused-log.ts'

/** What logs are served with. */
export interface LogHandlerOptions {
  readonly services: Services
  readonly operationLimits: OperationLimits
  readonly authentication: Authentication
  readonly limits: Pick<RelayValues, 'longPollMs'>
}

/** What a page may read of an answer besides what it always may. */
const EXPOSED = 'ETag, Retry-After, Stream-Cursor, Stream-Next-Offset, Stream-Up-To-Date'

/**
 * Serves change streams as logs that are read by plain GETs: the read side of the Durable Streams protocol. An offset
 * is a resume token; what follows one never changes, so that every cache can serve it.
 *
 * A request counts as a subscription for as long as it lasts.
 *
 * @see https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md
 */
export function createLogHandler(options: LogHandlerOptions): (asked: Asked) => Promise<Answer> {
  const { services, operationLimits, authentication, limits } = options
  const { authenticator, expiry } = authentication

  return async (asked) => {
    const { method, headers } = asked
    if (method === 'OPTIONS') return preflightAnswer(headers, authentication)
    const cors = corsHeaders(headers, authentication)
    const exposed = 'Access-Control-Allow-Origin' in cors ? { 'Access-Control-Expose-Headers': EXPOSED } : {}
    return withHeaders(await answer(asked), { ...cors, ...exposed })
  }

  async function answer(asked: Asked): Promise<Answer> {
    const { method } = asked
    if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, undefined, { Allow: 'GET, HEAD, OPTIONS' })
    const refusal = asked.admit?.()
    if (refusal) return refusalAnswer(refusal)
    try {
      return await read(asked)
    } catch (error) {
      return refusedLog(error, services)
    }
  }

  async function read(asked: Asked): Promise<Answer> {
    const { headers, request } = asked
    const credentials = fromHeaders(headers, authentication)
    const principal = await authenticator.authenticate({ ...credentials, request })
    const given = readLogUrl(asked.url)
    // where the log ends is all that can be said without its events
    const query: LogQuery = asked.method === 'HEAD' ? { ...given, mode: 'catch-up', offset: 'now' } : given
    const { scope, mode, offset, cursor } = query
    const grant = services.policy.grantFor(principal, scope)
    const { request: changes, format, isChanging, key } = toLogRequest(query, grant, services.maxTokenBytes)
    const encode = createLogEncoder(format, operationLimits.maxResultBytes)
    const caller = { principal, owner: ownerOf(principal, asked.address) }
    const start = deliver({ request: changes, grant, caller, key, encode }, services, operationLimits.subscriptions)
    const chunk = await readChunk({
      mode,
      start: (sink) => expiry.bind({ principal }, start(sink)),
      waitMs: limits.longPollMs,
      onGone: asked.onGone,
    })
    if (!chunk) return emptyAnswer()
    const isTail = mode === 'catch-up' && offset === 'now'
    const isShared = isEverybodys(grant, query)
    const made = logAnswer(isTail ? { ...chunk, batches: [] } : chunk, {
      mode,
      offset,
      cursor,
      headers,
      keptBy: isChanging ? undefined : isShared ? 'public' : 'private',
      opened: grant.restriction?.seal.open ?? ((token) => token),
    })
    // a browser keeps what one caller got from another who signs in after them
    return withHeaders(made, { Vary: isShared ? 'Origin' : 'Origin, Authorization, Cookie' })
  }

  // an answer that a cache may give to those whom the relay has not seen
  function isEverybodys(grant: Grant, { scope }: LogQuery): boolean {
    const { policy } = services
    if (!authenticator.takesAnonymous || !policy.canWatch(ANONYMOUS, scope)) return false
    return policy.grantFor(ANONYMOUS, scope).key === grant.key
  }
}
