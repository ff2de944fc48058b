import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { execute, type ExecutionArgs, type GraphQLSchema } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { ownerOf } from '../../../auth/owner.ts'
import type { Principal } from '../../../auth/principal.ts'
import { writeJson } from '../../../../bson/ejson/json-text.ts'
import { type GraphQLContext, type Services, toOperationServices } from '../../../graphql/context.ts'
import type { OperationLimits } from '../../../graphql/limits/operation-limits.ts'
import type { Operations } from '../../../graphql/operations/operations.ts'
import { toPublicError } from '../../../graphql/public-error.ts'
import type { RelayValues } from '../../../options/values.ts'
import type { Authentication } from '../../authentication.ts'
import type { ConnectionCounts } from '../../connection-counts.ts'
import type { Trace } from '../../../../util/trace.ts'
import { isEndMark } from '../../sse/end-mark.ts'
import { EVENT_STREAM_HEADERS, sendEventStream } from '../../sse/event-stream.ts'
import { acceptedFormats } from '../requests/accepted-formats.ts'
import { readRequestBody } from '../requests/request-body.ts'
import { checkRequest } from '../requests/check-request.ts'
import { allowListedOrigin, answerOptions } from '../requests/cors.ts'
import { type ClientAddress, countedAddress } from '../../limits/client-address.ts'
import type { OutputRate } from '../../limits/output-rate.ts'
import { limitPipelines } from '../../limits/pipelines.ts'
import { forgetRequest } from '../requests/http-request.ts'
import { refuseRequest } from '../requests/refuse-request.ts'
import type { InSlot } from './request-slot.ts'
import { COMMON_HEADERS } from '../security-headers.ts'
import { tracedExecute } from './traced-execute.ts'
import { type PrincipalSlot, useAuthentication } from './use-authentication.ts'
import { useClosedCodes } from './use-closed-codes.ts'
import { type EventStreamSlot, useEventStream } from '../../sse/use-event-stream.ts'
import { type ParameterSlot, useParameters } from './use-parameters.ts'

/** What a request and an event stream may take. */
export type GraphqlHttpLimits = Pick<
  RelayValues,
  'maxMessageBytes' | 'keepAliveMs' | 'maxBufferedBytes' | 'maxSubscriptionsPerConnection' | 'slowConsumerMs'
>

/** What operations over HTTP are served with. */
export interface GraphqlHandlerOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly operationLimits: OperationLimits
  readonly operations: Operations
  readonly authentication: Authentication
  /** The path that GraphQL is served at. */
  readonly endpoint: string
  readonly limits: GraphqlHttpLimits
  readonly connections: ConnectionCounts
  readonly outputRate: OutputRate
  readonly clients: ClientAddress
}

/** What belongs to one request, on its way through Yoga. */
interface RequestSlot extends EventStreamSlot, PrincipalSlot, ParameterSlot {
  /** What an anonymous caller is counted by. */
  readonly address: string
}

/** GraphQL over HTTP by GET and POST, and over server-sent events, at one path. */
export function createGraphqlHandler(
  options: GraphqlHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { schema, services, operationLimits, authentication, endpoint } = options
  const { limits, outputRate, connections } = options
  const { keepAliveMs, maxBufferedBytes, slowConsumerMs } = limits
  const pipelines = limitPipelines({
    maxOperations: limits.maxSubscriptionsPerConnection,
    maxBufferedBytes,
    noteLimit: services.noteLimit,
  })
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
      useGraphqlJs(operationLimits, services.trace),
      useErrorCount(services),
      useOwnJson(),
      useEventStream(services, operationLimits, authentication.expiry),
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

  return async (request, response) => {
    allowListedOrigin(request, response, authentication)
    if (request.method === 'OPTIONS') return answerOptions(request, response)
    const { headers } = request
    const isPost = request.method === 'POST'
    const formats = acceptedFormats(headers.accept)
    const refusal = pipelines.admit(response) ?? checkRequest(request, formats)
    if (refusal) return refuseRequest(response, refusal)
    const lastEventId = lastEventIdOf(headers)
    const isReconnect = request.method === 'GET' && formats.prefersStream && lastEventId !== undefined
    if (isReconnect && isEndMark(lastEventId)) return endEventSource(response)
    // the same answer, of which Node leaves out the body
    const isHead = request.method === 'HEAD'
    if (isHead) request.method = 'GET'
    const address = countedAddress(options.clients.of(request))
    // before it is known who asks: that can take until keys are fetched
    const body = isPost ? readRequestBody(request, limits.maxMessageBytes) : undefined
    const slot: RequestSlot = { request, body, headers, formats, isReconnect, address }
    // what Yoga looks at
    const asked = new yoga.fetchAPI.Request(`http://localhost${endpoint}`, { method: request.method ?? 'GET' })
    const answer = await yoga.handleRequest(asked, { slot })
    if (slot.isOver) return endEventSource(response)
    const ownHeaders: OutgoingHttpHeaders = { ...COMMON_HEADERS, ...Object.fromEntries(answer.headers) }
    if (slot.eventStream && isHead) {
      response.writeHead(200, { ...ownHeaders, ...EVENT_STREAM_HEADERS }).end()
      return
    }
    if (slot.eventStream) {
      const streamOptions = { headers: ownHeaders, keepAliveMs, maxBufferedBytes, slowConsumerMs, outputRate }
      connections.eventStreams++
      forgetRequest(request)
      return sendEventStream(response, slot.eventStream, streamOptions).finally(() => connections.eventStreams--)
    }
    response.writeHead(answer.status, { 'Cache-Control': 'no-store', ...ownHeaders })
    pipelines.send(response, Buffer.from(await answer.arrayBuffer()))
  }
}

// the one answer after which a browser does not connect again
function endEventSource(response: ServerResponse): void {
  response.writeHead(204, { ...COMMON_HEADERS, 'Cache-Control': 'no-store' }).end()
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

function lastEventIdOf({ 'last-event-id': id }: IncomingHttpHeaders): string | undefined {
  return typeof id === 'string' && id !== '' ? id : undefined
}
