import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { GraphQLSchema, ValidationRule } from 'graphql'
import { execute, getOperationAST } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { createGraphQLError, createYoga } from 'graphql-yoga'
import { ANONYMOUS } from '../access/principal.ts'
import type { GraphQLContext, Services } from '../graphql/context.ts'
import { toOperationServices } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import { parseOperation } from '../graphql/parse-operation.ts'
import { toPublicError } from '../graphql/public-error.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import type { Trace } from '../trace.ts'
import { sendEventStream } from './event-stream.ts'
import { COMMON_HEADERS } from './security-headers.ts'
import type { EventStreamSlot } from './use-event-stream.ts'
import { useEventStream } from './use-event-stream.ts'
import { useJsonOnly } from './use-json-only.ts'

/** Options of {@link createGraphqlHandler}. */
export interface GraphqlHandlerOptions {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly execution: Execution
  /** The path that GraphQL is served at. */
  readonly endpoint: string
  /** Origins whose pages may read answers (CORS). Empty: only the relay's own. */
  readonly allowedOrigins: readonly string[]
  /** Largest request body, in bytes. */
  readonly maxBodyBytes: number
  /** How often an idle event stream sends a comment, in milliseconds. */
  readonly keepAliveMs: number
  /** How much may wait for a client that does not read an event stream, in bytes. */
  readonly maxBufferedBytes: number
  readonly connections: ConnectionCounts
  /** How long a client may read nothing of what an event stream sends, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
}

/** GraphQL over HTTP by GET and POST, and over server-sent events, at one path. */
export function createGraphqlHandler(
  options: GraphqlHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { schema, services, execution, endpoint, allowedOrigins } = options
  const { maxBodyBytes, keepAliveMs, maxBufferedBytes, slowConsumerMs, connections } = options
  const yoga = createYoga<EventStreamSlot, GraphQLContext>({
    schema,
    graphqlEndpoint: endpoint,
    context: ({ request }) => ({
      services: toOperationServices(services),
      principal: ANONYMOUS,
      lastEventId: lastEventIdOf(request),
    }),
    // in this order a request passes them
    plugins: [
      useJsonOnly(),
      useTokenLimit(),
      useRules(execution.rules),
      useGraphqlJs(services.trace),
      useErrorCount(services),
      useEventStream(services, execution),
    ],
    maskedErrors: { maskError: (error) => toHttpError(error, services.reportError) },
    cors: allowedOrigins.length === 0 ? false : { origin: [...allowedOrigins], credentials: false },
    maxRequestBodySize: maxBodyBytes,
    multipart: false,
    batching: false,
    graphiql: false,
    landingPage: false,
    logging: false,
  })

  return async (request, response) => {
    const slot: EventStreamSlot = {}
    const answer = await yoga.handleNodeRequestAndResponse(request, response, slot)
    const headers: OutgoingHttpHeaders = { ...COMMON_HEADERS, ...Object.fromEntries(answer.headers) }
    if (slot.eventStream) {
      connections.eventStreams++
      return sendEventStream(response, slot.eventStream, {
        headers,
        keepAliveMs,
        maxBufferedBytes,
        slowConsumerMs,
      }).finally(() => connections.eventStreams--)
    }
    response.writeHead(answer.status, { 'Cache-Control': 'no-store', ...headers })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
}

function useTokenLimit(): Plugin {
  return { onParse: ({ setParseFn }) => setParseFn(parseOperation) }
}

function useRules(rules: readonly ValidationRule[]): Plugin {
  return { onValidate: ({ addValidationRule }) => rules.forEach(addValidationRule) }
}

function useErrorCount({ countErrors }: Services): Plugin {
  return {
    onResultProcess({ result }) {
      if ('errors' in result && result.errors) countErrors(result.errors)
    },
  }
}

// the keys of its answers are in the order of the operation
function useGraphqlJs(trace: Trace | undefined): Plugin {
  return { onExecute: ({ setExecuteFn }) => setExecuteFn(trace ? tracedExecute(trace) : execute) }
}

function tracedExecute(trace: Trace): typeof execute {
  return (args) => {
    const { operation, name } = getOperationAST(args.document, args.operationName) ?? {}
    const attributes = {
      ...(operation ? { 'graphql.operation.type': operation } : {}),
      ...(name ? { 'graphql.operation.name': name.value } : {}),
    }
    return trace(`GraphQL ${operation ?? 'operation'}`, attributes, async (span) => {
      const result = await execute(args)
      if (result.errors) span.failed('GRAPHQL')
      return result
    })
  }
}

function lastEventIdOf(request: Request): string | undefined {
  return request.headers.get('last-event-id') || undefined
}

function toHttpError(error: unknown, report: (error: unknown) => void): Error {
  // JSON in a GET request's parameters
  if (!(error instanceof SyntaxError)) return toPublicError(error, report)
  return createGraphQLError('The request holds invalid JSON', { extensions: { http: { status: 400 } } })
}
