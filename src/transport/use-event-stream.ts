import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { GraphQLContext } from '../graphql/context.ts'
import type { EventStreamSource } from './event-stream.ts'

/** Where the plugin leaves what shall be streamed instead of the response that Yoga makes. */
export interface EventStreamSlot {
  eventStream?: EventStreamSource
}

/**
 * Takes over results that go out as server-sent events: Yoga's own writer sends no `id:`, and does not notice in every
 * case that a client has gone.
 *
 * @param toPublicError what a client may see of an error that ends the results
 */
export function useEventStream(
  toPublicError: EventStreamSource['toPublicError'],
): Plugin<GraphQLContext, EventStreamSlot> {
  const contexts = new WeakMap<Request, GraphQLContext>()
  return {
    onSubscribe({ args }) {
      const context = args.contextValue as GraphQLContext & { readonly request: Request }
      contexts.set(context.request, context)
    },
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      const accepts = request.headers.get('accept') ?? '*/*'
      if (Array.isArray(result) || !wantsEventStream(accepts, isStream(result))) return
      const results = isStream(result) ? result[Symbol.asyncIterator]() : once(result as ExecutionResult)
      const slot: EventStreamSlot = serverContext
      setResultProcessor((_result, { Response }) => {
        slot.eventStream = { results, position: () => contexts.get(request)?.position, toPublicError }
        return new Response(null)
      }, 'text/event-stream')
    },
  }
}

function wantsEventStream(accepts: string, isStream: boolean): boolean {
  if (isStream) return /text\/event-stream|text\/\*|\*\/\*/.test(accepts)
  return accepts.includes('text/event-stream') && !/json|\*\/\*/.test(accepts)
}

function isStream(result: unknown): result is AsyncIterable<ExecutionResult> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
}

async function* once(result: ExecutionResult): AsyncGenerator<ExecutionResult, void, void> {
  yield result
}
