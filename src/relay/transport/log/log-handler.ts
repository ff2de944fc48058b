import { ANONYMOUS } from '../../auth/principal/principal.ts'
import { ownerOf } from '../../auth/principal/owner.ts'
import type { Grant } from '../../access/rules/policy.ts'
import { badUserInput } from '../../../errors.ts'
import type { Scope } from '../../changes/scope.ts'
import type { SharedViews } from '../../access/shared-views.ts'
import type { Services } from '../../graphql/context.ts'
import type { Sink } from '../../feed/sink.ts'
import { deliver, type Delivery } from '../../graphql/deliver.ts'
import type { RelayValues } from '../../options/values.ts'
import type { Authentication } from '../authentication.ts'
import { fromHeaders } from '../credentials.ts'
import { type Answer, emptyAnswer, refusalAnswer, textAnswer, withHeaders } from '../http/answer.ts'
import type { Asked } from '../http/asked.ts'
import { COMMON_HEADERS } from '../http/security-headers.ts'
import { EVENT_STREAM_HEADERS } from '../sse/event-stream.ts'
import { corsHeaders, preflightAnswer } from '../http/requests/cors.ts'
import { logAnswer } from './log-answer.ts'
import { createLogEncoder } from './log-encoder.ts'
import { type LogQuery, readLogUrl, toLogRequest } from './log-request.ts'
import { openLogStream } from './open-log-stream.ts'
import { readChunk } from '../../feed/read-chunk.ts'
import { refusedLog } from './refused-log.ts'

/** A chunk of a log is full when its events reach this many bytes: what others can have of a cache is no larger. */
const CHUNK_BYTES = 262_144

/** What logs are served with. */
export interface LogHandlerOptions {
  readonly services: Services
  readonly authentication: Authentication
  readonly limits: Pick<RelayValues, 'longPollMs'>
  /** Present where callers may share what they see. */
  readonly sharedViews: SharedViews | undefined
}

/** What a page may read of an answer besides what it always may. */
const EXPOSED = 'ETag, Retry-After, Stream-Cursor, Stream-Next-Offset, Stream-Up-To-Date, Stream-View'

/** As much of a view's name as tells it from all others. */
const VIEW_NAME_LENGTH = 29

type Caller = Delivery['caller']

/**
 * Serves change streams as logs that are read by plain GETs: the read side of the Durable Streams protocol. An offset
 * is a resume token; what follows one never changes, so that every cache can serve it.
 *
 * A request counts as a subscription for as long as it lasts.
 *
 * @see https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md
 */
export function createLogHandler(options: LogHandlerOptions): (asked: Asked) => Promise<Answer> {
  const { services, authentication, limits, sharedViews } = options
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
    const { headers, onGone } = asked
    const query = readQuery(asked)
    const { scope, mode, offset, cursor, view } = query
    const caller = view === undefined ? await callerOf(asked) : holderOf(view, scope)
    const { principal } = caller
    const grant = services.policy.grantFor(principal, scope)
    const { request: changes, format, isChanging, key } = toLogRequest(query, grant, services.maxTokenBytes)
    const encode = createLogEncoder(format, services.operationLimits.maxResultBytes)
    const start = deliver({ request: changes, grant, caller, key, encode }, services)
    const reading = {
      start: (sink: Sink) => expiry.bind({ principal }, start(sink)),
      onGone,
      cursor,
      opened: grant.restriction?.seal.open ?? ((token: string) => token),
    }
    if (mode === 'sse') {
      const stream = await openLogStream({ ...reading, isTail: offset === 'now' })
      return { status: 200, headers: { ...COMMON_HEADERS, ...EVENT_STREAM_HEADERS }, stream }
    }
    const chunk = await readChunk({
      ...reading,
      waitsForFirst: mode === 'long-poll',
      waitMs: limits.longPollMs,
      maxBytes: CHUNK_BYTES,
    })
    if (!chunk) return emptyAnswer()
    const isTail = mode === 'catch-up' && offset === 'now'
    const isShared = view !== undefined || isEverybodys(grant, query)
    const keptBy = isChanging ? undefined : isShared ? 'public' : 'private'
    const made = logAnswer(isTail ? { ...chunk, batches: [] } : chunk, { ...reading, mode, offset, headers, keptBy })
    // a browser keeps what one caller got from another who signs in after them
    if (isShared) return withHeaders(made, { Vary: 'Origin' })
    const given = sharedViews?.give(principal, scope)
    const further = given === undefined ? {} : { 'Stream-View': given }
    return withHeaders(made, { Vary: 'Origin, Authorization, Cookie', ...further })
  }

  async function callerOf({ headers, request, address }: Asked): Promise<Caller> {
    const credentials = fromHeaders(headers, authentication)
    const principal = await authenticator.authenticate({ ...credentials, request })
    return { principal, owner: ownerOf(principal, address) }
  }

  // credentials besides it count for nothing: the answer is for all who ask for this URL
  function holderOf(view: string, scope: Scope): Caller {
    if (!sharedViews) throw badUserInput('`view` is taken where `sharedViewMs` is set')
    return { principal: sharedViews.open(view, scope), owner: `view ${view.slice(0, VIEW_NAME_LENGTH)}` }
  }

  function readQuery({ method, url, headers }: Asked): LogQuery {
    const query = readLogUrl(url)
    // where the log ends is all that can be said without its events
    if (method === 'HEAD') return { ...query, mode: 'catch-up', offset: 'now' }
    const lastEventId = headers['last-event-id']
    // an `EventSource` comes back with the URL that it began with
    const isBack = query.mode === 'sse' && typeof lastEventId === 'string' && lastEventId !== ''
    return isBack ? { ...query, offset: lastEventId } : query
  }

  // an answer that a cache may give to those whom the relay has not seen
  function isEverybodys(grant: Grant, { scope }: LogQuery): boolean {
    const { policy } = services
    if (!authenticator.takesAnonymous || !policy.canWatch(ANONYMOUS, scope)) return false
    return policy.grantFor(ANONYMOUS, scope).key === grant.key
  }
}
