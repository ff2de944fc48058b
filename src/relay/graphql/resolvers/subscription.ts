import { toScope } from '../../changes/scope.ts'
import type { ChangeModel } from '../schema/change-model.ts'
import { toChangesRequest } from '../changes-request.ts'
import { ChangesSource } from '../changes-source.ts'
import { selectsExpandedFields } from '../expanded-fields.ts'
import type { SubscriptionResolvers } from '../schema/schema.generated.ts'

/** Resolves subscriptions. What is delivered is in the feed; here arguments are checked and results translated. */
export const subscriptionResolvers: SubscriptionResolvers = {
  changes: {
    subscribe(_root, args, { services, principal, lastEventId }, info) {
      const grant = services.policy.grantFor(principal, toScope(args.db, args.coll))
      const request = toChangesRequest(
        { ...args, showExpandedEvents: args.showExpandedEvents ?? selectsExpandedFields(info) },
        { lastEventId, grant, maxTokenBytes: services.maxTokenBytes },
      )
      return new ChangesSource(request, args.format, grant)
    },
    resolve: (model: ChangeModel) => model,
  },
}
