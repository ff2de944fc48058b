import { type ExecutionResult, GraphQLError } from 'graphql'
import { type Plugin, processRegularResult } from 'graphql-yoga'
import { type ErrorCode, isForGood } from '../../../errors.ts'
import type { GraphQLContext, Services } from '../../graphql/context.ts'
import { NO_RESULTS } from '../../graphql/no-results.ts'
import { type OpenSubscription, openSubscription } from '../../graphql/open-subscription.ts'
import { toPublicError } from '../../graphql/public-error.ts'
import { firstCode } from './end-mark.ts'
import { createGraphqlFrames } from './event-frames.ts'
import type { EventStreamSource } from './event-stream.ts'
import type { Expiry, Holder } from '../expiry.ts'
import type { AcceptedFormats } from '../http/requests/accepted-formats.ts'
import type { InSlot } from '../http/graphql/request-slot.ts'

/** Where the plugin leaves what shall be streamed instead of the response that Yoga makes. */
export interface EventStreamSlot {
  readonly formats: AcceptedFormats
  /** Whether an `EventSource` asks, or what does as it does. */
  readonly isEventSource: boolean
  /** Whether it has been here before. */
  readonly isReconnect: boolean
  eventStream?: EventStreamSource
  /** Whether the operation was found to be in order. */
  isExecuted?: boolean
  /** Set where an `EventSource` shall not ask again. */
  isOver?: boolean
}

/** Errors about the position that a client comes back with, which it cannot know yet: it gets them once. */
const OF_POSITION: ReadonlySet<string> = new Set<ErrorCode>(['RESUME_TOKEN_INVALID', 'HISTORY_LOST', 'EVENT_TOO_LARGE'])

/**
 * Sends each result as its client takes it. Takes over those that go out as server-sent events: Yoga's own writer
 * executes and encodes for each client, sends no `id:`, and does not notice in every case that a client has gone.
 */
export function useEventStream(services: Services, expiry: Expiry): Plugin<GraphQLContext, InSlot<EventStreamSlot>> {
  const toResult = (error: unknown) => {
    const shown = toPublicError(error, services.reportError)
    services.countErrors([shown])
    return { errors: [toFormatted(shown)] }
  }
  // a function of its own, that holds on to nothing else of the request
  const toSource = (holder: Holder, opened: OpenSubscription, comesBack: boolean): EventStreamSource => ({
    frames: createGraphqlFrames({ toResult, comesBack }),
    start: (sink) => expiry.bind(holder, opened.start(sink)),
  })
  return {
    onExecute({ args }) {
      contextOf(args).slot.isExecuted = true
    },
    onSubscribe({ args, setSubscribeFn }) {
      const { principal, slot } = contextOf(args)
      slot.isExecuted = true
      setSubscribeFn(async () => {
        if (!slot.formats.stream) return { errors: [notAcceptable()] }
        const opened = await openSubscription(args, services)
        if (!('start' in opened)) return opened
        slot.eventStream = toSource({ principal }, opened, slot.isEventSource)
        return NO_RESULTS
      })
    },
    onResultProcess({ result, serverContext: { slot }, setResultProcessor }) {
      const { formats, isReconnect, isExecuted = false } = slot
      if (Array.isArray(result)) return
      if (!slot.eventStream && !formats.prefersStream) {
        return setResultProcessor(processRegularResult, formats.json ?? 'application/json')
      }
      setResultProcessor((_result, { Response }) => {
        if (!slot.eventStream) {
          const shown = toFormattedResult(result as ExecutionResult)
          slot.isOver = isReconnect && isRefusedForGood(shown, isExecuted)
          slot.eventStream = { result: shown }
        }
        return new Response(null)
      }, 'text/event-stream')
    },
  }
}

// Yoga puts these there
type HttpContext = GraphQLContext & InSlot<EventStreamSlot>

function contextOf({ contextValue }: { readonly contextValue: unknown }): HttpContext {
  return contextValue as HttpContext
}

function notAcceptable(): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT', http: { status: 406 } }
  return new GraphQLError('A subscription comes as text/event-stream: name that in Accept', { extensions })
}

// a document that is refused before it is executed is so whenever it comes
function isRefusedForGood(result: object, isExecuted: boolean): boolean {
  const code = firstCode(result)
  if (code === undefined) return false
  return !isExecuted || (isForGood(code) && !OF_POSITION.has(code))
}

function toFormattedResult({ errors, ...result }: ExecutionResult): object {
  return errors ? { ...result, errors: errors.map(toFormatted) } : result
}

// Yoga notes the HTTP status that an error asks for among its extensions
function toFormatted(error: NonNullable<ExecutionResult['errors']>[number]): object {
  const { extensions, ...formatted } = error.toJSON()
  const { http: _http, unexpected: _unexpected, ...rest } = extensions ?? {}
  return Object.keys(rest).length === 0 ? formatted : { ...formatted, extensions: rest }
}
