import type { ExecutionArgs, ExecutionResult } from 'graphql'
import { createSourceEventStream, executeSync } from 'graphql'
import { ANONYMOUS } from '../access/principal.ts'
import { writeJson } from '../bson/ejson/json-text.ts'
import type { Change } from '../changes/change.ts'
import { toLastingText } from '../changes/lasting-bytes.ts'
import { RelayError } from '../errors.ts'
import type { CohortSpec } from '../feed/cohort.ts'
import type { Sink, Subscription } from '../feed/sink.ts'
import { toChangeModel } from './change-model.ts'
import { ChangesSource } from './changes-source.ts'
import { cohortKey } from './cohort-key.ts'
import { compileResult } from './compile-result.ts'
import type { GraphQLContext, Services } from './context.ts'
import type { Execution } from './execution.ts'
import { isJsonWithin } from './json-size.ts'
import { toPublicError } from './public-error.ts'
import { createResultText, TooLarge } from './result-text.ts'

/** What is around the data of a result, which {@link Execution.maxResultBytes} does not count. */
const ENVELOPE_BYTES = '{"data":}'.length

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
  { maxResultBytes, introspection, subscriptions }: Execution,
): Promise<OpenSubscription | ExecutionResult> {
  const source = await createSourceEventStream({ ...args, hideSuggestions: !introspection })
  if (!(Symbol.asyncIterator in source)) return source
  if (!(source instanceof ChangesSource)) throw new TypeError('The schema has no other subscription than `changes`')
  const { request, format, grant } = source
  // the transports put it there
  const { principal, owner } = args.contextValue as GraphQLContext
  const key = cohortKey(args.document, args.operationName, args.variableValues, grant.key)
  // kept as long as the cohort: nothing of the caller's own
  const contextValue: GraphQLContext = { services, principal: ANONYMOUS, owner: '' }
  const operation = { ...args, contextValue }

  const write = compileResult(operation)

  const encode = (change: Change) => {
    const rootValue = toChangeModel(change, format)
    try {
      const text = createResultText(maxResultBytes + ENVELOPE_BYTES)
      write?.(rootValue, text)
      if (write) return text.toBuffer()
    } catch (error) {
      if (error instanceof TooLarge) return tooLarge(change, maxResultBytes)
      // whatever it was: execution tells it as GraphQL does
    }
    const result = executeSync({ ...operation, rootValue })
    return isJsonWithin(result.data, maxResultBytes)
      ? toLastingText(writeJson(toPublicResult(result, services)))
      : tooLarge(change, maxResultBytes)
  }
  const spec: CohortSpec = {
    key,
    encode: orError(encode, services),
    ...(grant.restriction ? { sealToken: grant.restriction.seal.seal } : {}),
  }
  const owned = { ...request, owner }
  return {
    start(sink) {
      const release = subscriptions.take({ principal, owner })
      try {
        return releasing(release, (counted) => services.feed.subscribe(owned, spec, counted), sink)
      } catch (error) {
        release()
        throw error
      }
    },
  }
}

// a subscription is over when its sink is told, or when it is closed
function releasing(release: () => void, start: OpenSubscription['start'], sink: Sink): Subscription {
  const end = (error: RelayError) => {
    release()
    sink.end(error)
  }
  const subscription = start({
    isReady: () => sink.isReady(),
    write: (batch) => sink.write(batch),
    bufferedBytes: () => sink.bufferedBytes(),
    end,
  })
  const close = () => {
    release()
    subscription.close()
  }
  // the sink is told, which releases it
  return { resume: () => subscription.resume(), close, end: (error) => subscription.end(error) }
}

/** The result as a client may see it, and as JSON writes it. */
export function toPublicResult({ errors, data }: ExecutionResult, { reportError }: Services): object {
  if (!errors) return { data }
  const shown = errors.map((error) => toPublicError(error, reportError).toJSON())
  return data === undefined ? { errors: shown } : { data, errors: shown }
}

function tooLarge({ resumeToken }: Change, maxBytes: number): RelayError {
  const message = `An event makes a result of more than ${maxBytes} bytes; ask for fewer fields, or continue after it`
  // the event's own position, so that whoever continues from there gets past it
  return new RelayError('EVENT_TOO_LARGE', message, { cause: undefined, resumeToken })
}

// one event that cannot be written must not end anything
function orError(encode: CohortSpec['encode'], { reportError }: Services): CohortSpec['encode'] {
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
