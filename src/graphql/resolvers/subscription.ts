import type { ChangeModel } from '../change-model.ts'
import { toChangeModel } from '../change-model.ts'
import { toChangesRequest } from '../changes-request.ts'
import type { GraphQLContext } from '../context.ts'
import { toPublicError } from '../public-error.ts'
import type { SubscriptionResolvers } from '../schema.generated.ts'

/** Resolves subscriptions. What is delivered is in the feed; here arguments and results are translated. */
export const subscriptionResolvers: SubscriptionResolvers = {
  changes: {
    subscribe: (_root, args, context) => {
      const { feed } = context.services
      const changes = feed.subscribe(toChangesRequest(args, context.lastEventId))
      return translate(changes, context, (change) => toChangeModel(change, args.format))
    },
    resolve: (model: ChangeModel) => model,
  },
}

// by hand, because an async generator would not pass on `return()` while it waits
function translate<T extends { readonly resumeToken: string }, U>(
  source: AsyncIterableIterator<T>,
  context: GraphQLContext,
  toModel: (value: T) => U,
): AsyncIterableIterator<U> {
  const done = { done: true, value: undefined } as const
  return {
    async next() {
      try {
        const result = await source.next()
        if (result.done) return done
        context.position = result.value.resumeToken
        return { done: false, value: toModel(result.value) }
      } catch (error) {
        throw toPublicError(error, context.services.reportError)
      }
    },
    async return() {
      await source.return?.()
      return done
    },
    async throw(error: unknown) {
      await source.return?.()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
