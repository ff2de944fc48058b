import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { GraphQLContext, Services } from '../graphql/context.ts'
import type { Execution } from '../graphql/execution.ts'
import type { OpenSubscription } from '../graphql/open-subscription.ts'
import { openSubscription } from '../graphql/open-subscription.ts'
import { toPublicError } from '../graphql/public-error.ts'
import type { EventStreamSource } from './event-stream.ts'
import type { Expiry, Holder } from './expiry.ts'

/** Where the plugin leaves what shall be streamed instead of the response that Yoga makes. */
export interface EventStreamSlot {
  eventStream?: EventStreamSource
}

/**
 * Takes over results that go out as server-sent events: Yoga's own writer executes and encodes for each client, sends no
 * `id:`, and does not notice in every case that a client has gone.
 */
export function useEventStream(
  services: Services,
  execution: Execution,
  expiry: Expiry,
): Plugin<GraphQLContext, EventStreamSlot> {
  const opened = new WeakMap<Request, OpenSubscription & { readonly holder: Holder }>()
  const toResult = (error: unknown) => {
    const shown = toPublicError(error, services.reportError)
    services.countErrors([shown])
    return { errors: [toFormatted(shown)] }
  }
  return {
    onSubscribe({ args, setSubscribeFn }) {
      const { request, principal } = args.contextValue as GraphQLContext & { readonly request: Request }
      setSubscribeFn(async () => {
        const subscription = await openSubscription(args, services, execution)
        if (!('start' in subscription)) return subscription
        opened.set(request, { ...subscription, holder: { principal } })
        return nothing()
      })
    },
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      const accepts = request.headers.get('accept') ?? '*/*'
      if (Array.isArray(result) || !wantsEventStream(accepts, isStream(result))) return
      const slot: EventStreamSlot = serverContext
      setResultProcessor((_result, { Response }) => {
        const subscription = opened.get(request)
        slot.eventStream = subscription
          ? { start: (sink) => expiry.open(subscription.holder, sink, (given) => subscription.start(given)), toResult }
          : { result: toFormattedResult(result as ExecutionResult) }
        return new Response(null)
      }, 'text/event-stream')
    },
  }
}

// what Yoga takes for the results; nobody reads it
async function* nothing(): AsyncGenerator<never, void, void> {}

function wantsEventStream(accepts: string, isStream: boolean): boolean {
  if (isStream) return /text\/event-stream|text\/\*|\*\/\*/.test(accepts)
  return accepts.includes('text/event-stream') && !/json|\*\/\*/.test(accepts)
}

function isStream(result: unknown): boolean {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
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
