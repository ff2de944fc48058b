import { execute, type ExecutionArgs, type GraphQLSchema } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { ownerOf } from '../../../auth/principal/owner.ts'
import type { Principal } from '../../../auth/principal/principal.ts'
import { writeJson } from '../../../../bson/ejson/json-text.ts'
import { type GraphQLContext, type Services, toOperationServices } from '../../../graphql/context.ts'
import type { OperationLimits } from '../../../graphql/limits/operation-limits.ts'
import type { Operations } from '../../../graphql/operations/operations.ts'
import { toPublicError } from '../../../graphql/public-error.ts'
import type { RelayValues } from '../../../options/values.ts'
import type { Authentication } from '../../authentication.ts'
import type { Trace } from '../../../../util/trace.ts'
import { isEndMark } from '../../sse/end-mark.ts'
import { EVENT_STREAM_HEADERS } from '../../sse/event-stream.ts'
import { type Answer, emptyAnswer, refusalAnswer, withHeaders } from '../answer.ts'
import type { Asked } from '../asked.ts'
import type { RequestHeaders } from '../headers.ts'
import { acceptedFormats } from '../requests/accepted-formats.ts'
import { checkRequest } from '../requests/check-request.ts'
import { corsHeaders, preflightAnswer } from '../requests/cors.ts'
import type { InSlot } from './request-slot.ts'
import { COMMON_HEADERS } from '../security-headers.ts'
import { tracedExecute } from './traced-execute.ts'
import { type PrincipalSlot, useAuthentication } from './use-authentication.ts'
import { useClosedCodes } from './use-closed-codes.ts'
import { type EventStreamSlot, useEventStream } from '../../sse/use-event-stream.ts'
import { type ParameterSlot, useParameters } from './use-parameters.ts'

/** What operations over HTTP are served with. */
export interface GraphqlHandlerOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly operations: Operations
  readonly authentication: Authentication
  /** The path that GraphQL is served at. */
  readonly endpoint: string
  readonly limits: Pick<RelayValues, 'maxMessageBytes'>
}

/** What belongs to one request, on its way through Yoga. */
interface RequestSlot extends EventStreamSlot, PrincipalSlot, ParameterSlot {
  /** What an anonymous caller is counted by. */
  readonly address: string
}

/** GraphQL over HTTP by GET and POST, and over server-sent events, at one path. */
export function createGraphqlHandler(options: GraphqlHandlerOptions): (asked: Asked) => Promise<Answer> {
  const { schema, services, authentication, endpoint, limits } = options
  const yoga = createYoga<InSlot<RequestSlot>, GraphQLContext>({
    schema,
    graphqlEndpoint: endpoint,
    context({ slot: { headers, principal, address } }) {
      const caller = known(principal)
      return {
        services: toOperationServices(services),
        principal: caller,
        owner: ownerOf(caller, address),
        lastEventId: lastEventIdOf(headers),
      }
    },
    // in this order a request passes them
    plugins: [
      useAuthentication(authentication),
      useParameters(options.operations),
      useClosedCodes(),
      useGraphqlJs(services.operationLimits, services.trace),
      useErrorCount(services),
      useOwnJson(),
      useEventStream(services, authentication.expiry),
    ],
    maskedErrors: { maskError: (error) => toPublicError(error, services.reportError) },
    cors: false,
    maxRequestBodySize: false,
    multipart: false,
    batching: false,
    parserAndValidationCache: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  })

  return async (asked) => {
    if (asked.method === 'OPTIONS') return preflightAnswer(asked.headers, authentication)
    return withHeaders(await answer(asked), corsHeaders(asked.headers, authentication))
  }

  async function answer(asked: Asked): Promise<Answer> {
    const { headers, url, address, request } = asked
    const formats = acceptedFormats(headers.accept)
    const refusal = asked.admit?.() ?? checkRequest(asked, formats)
    if (refusal) return refusalAnswer(refusal)
    // the same answer, without its body
    const method = asked.method === 'HEAD' ? 'GET' : asked.method
    const lastEventId = lastEventIdOf(headers)
    const isEventSource = method === 'GET' && formats.prefersStream
    const isReconnect = isEventSource && lastEventId !== undefined
    // the one answer after which a browser does not connect again
    if (isReconnect && isEndMark(lastEventId)) return emptyAnswer()
    // before it is known who asks: that can take until keys are fetched
    const body = method === 'POST' ? asked.readBody(limits.maxMessageBytes) : undefined
    const slot: RequestSlot = { url, body, headers, formats, isEventSource, isReconnect, address, request }
    // what Yoga looks at
    const seen = new yoga.fetchAPI.Request(`http://localhost${endpoint}`, { method })
    const made = await yoga.handleRequest(seen, { slot })
    if (slot.isOver) return emptyAnswer()
    // what adapters say
    made.headers.delete('content-length')
    const own = Object.fromEntries(made.headers)
    const { eventStream: stream } = slot
    if (stream)
      return withHeaders({ status: 200, headers: EVENT_STREAM_HEADERS, stream }, { ...own, ...COMMON_HEADERS })
    const whole: Answer = { status: made.status, headers: own, body: new Uint8Array(await made.arrayBuffer()) }
    return withHeaders(whole, { ...COMMON_HEADERS, 'Cache-Control': 'no-store' })
  }
}

// JSON.stringify would read texts that are JSON already, and lose the order of their fields
function useOwnJson(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (!Array.isArray(result) && !(Symbol.asyncIterator in result)) setResult({ ...result, stringify: writeJson })
    },
  }
}

function useErrorCount({ countErrors }: Services): Plugin {
  return {
    onResultProcess({ result }) {
      if ('errors' in result && result.errors) countErrors(result.errors)
    },
  }
}

// the keys of its answers are in the order of the operation
function useGraphqlJs({ introspection }: OperationLimits, trace: Trace | undefined): Plugin {
  const run = trace ? tracedExecute(trace) : execute
  const hideSuggestions = !introspection
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => run({ ...args, hideSuggestions })),
  }
}

// nothing is executed for a caller who was not asked
function known(principal: Principal | undefined): Principal {
  if (!principal) throw new Error('The caller is not known')
  return principal
}

function lastEventIdOf({ 'last-event-id': id }: RequestHeaders): string | undefined {
  return typeof id === 'string' && id !== '' ? id : undefined
}
