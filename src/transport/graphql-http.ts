import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { ExecutionArgs, GraphQLSchema, validate } from 'graphql'
import { execute } from 'graphql'
import type { CORSOptions, Plugin } from 'graphql-yoga'
import { createGraphQLError, createYoga } from 'graphql-yoga'
import { ANONYMOUS } from '../access/principal.ts'
import type { GraphQLContext, Services } from '../graphql/context.ts'
import { toOperationServices } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import { parseOperation } from '../graphql/parse-operation.ts'
import { toPublicError } from '../graphql/public-error.ts'
import { validateOperation } from '../graphql/validate-operation.ts'
import { sendEventStream } from './event-stream.ts'
import type { OutputRate } from './limits/output-rate.ts'
import { COMMON_HEADERS } from './security-headers.ts'
import { useClosedCodes } from './use-closed-codes.ts'
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
  /** How long a client may read nothing of what an event stream sends, in milliseconds, before it is cut off. */
  readonly slowConsumerMs: number
  readonly outputRate: OutputRate
}

/** GraphQL over HTTP by GET and POST, and over server-sent events, at one path. */
export function createGraphqlHandler(
  options: GraphqlHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { schema, services, execution, endpoint, allowedOrigins } = options
  const { maxBodyBytes, keepAliveMs, maxBufferedBytes, slowConsumerMs, outputRate } = options
  const allowed = new Set(allowedOrigins.map((origin) => new URL(origin).origin))
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
      useClosedCodes(),
      useOwnParser(execution),
      useOwnValidation(execution),
      useGraphqlJs(execution),
      useEventStream(services, execution),
    ],
    maskedErrors: { maskError: (error) => toHttpError(error, services.reportError) },
    cors: (request) => corsOf(request, allowed),
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
      const streamOptions = { headers, keepAliveMs, maxBufferedBytes, slowConsumerMs, outputRate }
      return sendEventStream(response, slot.eventStream, streamOptions)
    }
    response.writeHead(answer.status, { 'Cache-Control': 'no-store', ...headers })
    response.end(Buffer.from(await answer.arrayBuffer()))
  }
}

// left to Yoga, an origin that is not listed would be told `null`, which is what sandboxed pages call themselves
function corsOf(request: Request, allowed: ReadonlySet<string>): CORSOptions {
  const origin = request.headers.get('origin')
  return origin !== null && allowed.has(origin) && { origin, credentials: false }
}

function useOwnParser({ maxTokens }: Execution): Plugin {
  const parse = (source: Parameters<typeof parseOperation>[0]) => parseOperation(source, maxTokens)
  return { onParse: ({ setParseFn }) => setParseFn(parse) }
}

function useOwnValidation(execution: Execution): Plugin {
  return {
    onValidate({ setValidationFn }) {
      const validateOwn: typeof validate = (schema, document, rules) =>
        validateOperation(schema, document, execution, rules)
      setValidationFn(validateOwn)
    },
  }
}

// the keys of its answers are in the order of the operation
function useGraphqlJs({ introspection }: Execution): Plugin {
  const hideSuggestions = !introspection
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => execute({ ...args, hideSuggestions })),
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
