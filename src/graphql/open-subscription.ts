import type { ExecutionArgs, ExecutionResult } from 'graphql'
import { createSourceEventStream, executeSync } from 'graphql'
import type { Change } from '../changes/change.ts'
import type { Sink, Subscription } from '../feed/sink.ts'
import type { ChangeModel } from './change-model.ts'
import { ChangesSource } from './changes-source.ts'
import { cohortKey } from './cohort-key.ts'
import type { GraphQLContext, Services } from './context.ts'
import { toPublicError } from './public-error.ts'

/** A subscription whose arguments are in order. */
export interface OpenSubscription {
  /**
   * Starts delivering to a sink.
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
  const source = await createSourceEventStream(args)
  if (!(Symbol.asyncIterator in source)) return source
  if (!(source instanceof ChangesSource)) throw new TypeError('The schema has no other subscription than `changes`')
  const { request, format } = source
  const key = cohortKey(args.document, args.operationName, args.variableValues)
  // kept as long as the cohort: nothing of the caller's own
  const contextValue: GraphQLContext = { services }
  const execution = { ...args, contextValue }

  const encode = (change: Change): Buffer => {
    const rootValue: ChangeModel = { change, format }
    return Buffer.from(JSON.stringify(toPublicResult(executeSync({ ...execution, rootValue }), services)))
  }
  return { start: (sink) => services.feed.subscribe(request, { key, encode: orError(encode, services) }, sink) }
}

/** The result as a client may see it, and as JSON writes it. */
export function toPublicResult({ errors, data }: ExecutionResult, { reportError }: Services): object {
  if (!errors) return { data }
  const shown = errors.map((error) => toPublicError(error, reportError).toJSON())
  return data === undefined ? { errors: shown } : { data, errors: shown }
}

// one event that cannot be written must not end anything
function orError(encode: (change: Change) => Buffer, { reportError }: Services): (change: Change) => Buffer {
  return (change) => {
    try {
      return encode(change)
    } catch (error) {
      const shown = toPublicError(error, reportError)
      const extensions = { ...shown.extensions, resumeToken: change.resumeToken }
      return Buffer.from(JSON.stringify({ errors: [{ ...shown.toJSON(), extensions }] }))
    }
  }
}
