import type { ExecutionArgs, ExecutionResult, ValidationRule } from 'graphql'
import { execute, subscribe } from 'graphql'
import { RelayError } from '../errors.ts'
import type { GraphQLContext } from './context.ts'
import { isJsonWithin } from './json-size.ts'
import { toPublicError } from './public-error.ts'
import { limitResponseKeys } from './response-keys.ts'

/** What one operation may ask for. */
export interface OperationLimits {
  /** How many response keys an operation may have in all; more are refused with `LIMIT_EXCEEDED`. */
  readonly maxResponseKeys: number
  /** Largest result of an event, as JSON, in bytes; a larger one ends its subscription with `EVENT_TOO_LARGE`. */
  readonly maxResultBytes: number
}

/** How operations are checked and executed, whatever transport they come by. */
export interface Execution {
  /** Rules of validation besides those of GraphQL's specification. */
  readonly rules: readonly ValidationRule[]
  /** GraphQL's own: the keys of an answer are in the order of the operation. */
  readonly execute: typeof execute
  /** As `subscribe` of `graphql`, within {@link OperationLimits.maxResultBytes}. */
  readonly subscribe: (args: ExecutionArgs) => Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>
}

/** Makes the execution for these limits. The context of every operation must be a {@link GraphQLContext}. */
export function createExecution({ maxResponseKeys, maxResultBytes }: OperationLimits): Execution {
  return {
    rules: [limitResponseKeys(maxResponseKeys)],
    execute,
    async subscribe(args) {
      const results = await subscribe(args)
      if (!(Symbol.asyncIterator in results)) return results
      // the transports put it there
      return bounded(results, args.contextValue as GraphQLContext, maxResultBytes)
    },
  }
}

// by hand, because an async generator would not pass on `return()` while it waits
function bounded(
  source: AsyncGenerator<ExecutionResult, void, void>,
  context: GraphQLContext,
  maxBytes: number,
): AsyncIterableIterator<ExecutionResult> {
  return {
    async next() {
      const result = await source.next()
      if (result.done || isJsonWithin(result.value.data, maxBytes)) return result
      await source.return()
      const message = `An event makes a result of more than ${maxBytes} bytes; ask for fewer fields, or continue after it`
      // the event's own position, so that whoever continues from there gets past it
      const error = new RelayError('EVENT_TOO_LARGE', message, { cause: undefined, resumeToken: context.position })
      throw toPublicError(error, context.services.reportError)
    },
    return: () => source.return(),
    throw: (error: unknown) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
