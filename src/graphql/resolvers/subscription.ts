import type { ChangeModel } from '../change-model.ts'
import { toChangesRequest } from '../changes-request.ts'
import { ChangesSource } from '../changes-source.ts'
import type { SubscriptionResolvers } from '../schema.generated.ts'

/** Resolves subscriptions. What is delivered is in the feed; here arguments are checked and results translated. */
export const subscriptionResolvers: SubscriptionResolvers = {
  changes: {
    subscribe: (_root, args, context) => new ChangesSource(toChangesRequest(args, context.lastEventId), args.format),
    resolve: (model: ChangeModel) => model,
  },
}
