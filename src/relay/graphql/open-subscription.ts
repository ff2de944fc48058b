import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql'
import type { Sink, Subscription } from '../feed/sink.ts'
import { ChangesSource } from './changes-source.ts'
import { cohortKey } from './cohort-key.ts'
import type { GraphQLContext, Services } from './context.ts'
import { deliver } from './deliver.ts'
import { createEncoder } from './results/encode-result.ts'

/** A subscription whose arguments are in order. */
export interface OpenSubscription {
  /**
   * Starts delivering to a sink. Once.
   *
   * @throws RelayError `LIMIT_EXCEEDED` or `SHUTTING_DOWN`
   */
  start(sink: Sink): Subscription
}

/**
 * Checks a subscription operation and prepares its delivery. Gives a result with errors where an argument is not valid.
 *
 * Nothing is asked of MongoDB before {@link OpenSubscription.start}.
 */
export async function openSubscription(
  args: ExecutionArgs,
  services: Services,
): Promise<OpenSubscription | ExecutionResult> {
  const { maxResultBytes, introspection } = services.operationLimits
  const source = await createSourceEventStream({ ...args, hideSuggestions: !introspection })
  if (!(Symbol.asyncIterator in source)) return source
  if (!(source instanceof ChangesSource)) throw new TypeError('The schema has no other subscription than `changes`')
  const { request, format, grant } = source
  // the transports put it there
  const { principal, owner } = args.contextValue as GraphQLContext
  const key = cohortKey(args.document, args.operationName, args.variableValues, grant.key)
  const encode = createEncoder({ schema: args.schema, key, format, services, maxResultBytes })
  return startingOnce(deliver({ request, grant, caller: { principal, owner }, key, encode }, services))
}

// keeps nothing of what it starts, as transports keep it for as long as they serve
function startingOnce(start: OpenSubscription['start']): OpenSubscription {
  let pending: OpenSubscription['start'] | undefined = start
  return {
    start(sink) {
      const starting = pending
      pending = undefined
      if (!starting) throw new Error('A subscription starts once')
      return starting(sink)
    },
  }
}
