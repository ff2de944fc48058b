import type { Grant } from '../access/rules/policy.ts'
import { MAX_TOKEN_LENGTH } from '../changes/tokens/short-token.ts'
import type { CohortSpec } from '../feed/cohort.ts'
import type { ChangesRequest } from '../feed/request.ts'
import type { Sink, Subscription } from '../feed/sink.ts'
import type { GraphQLContext, Services } from './context.ts'

/** How much of what is taken for a token a server's own may be: sealed, it is longer. */
const TOKEN_SHARE = 0.5

/** What is delivered, and to whom. */
export interface Delivery {
  readonly request: ChangesRequest
  readonly grant: Grant
  readonly caller: Pick<GraphQLContext, 'principal' | 'owner'>
  /** See {@link CohortSpec.key}; what the caller may see is part of it. */
  readonly key: string
  readonly encode: CohortSpec['encode']
}

/**
 * Gives what delivers changes to a sink, and counts as a subscription of its caller for as long as it does.
 *
 * What it gives throws RelayError `LIMIT_EXCEEDED` or `SHUTTING_DOWN`.
 */
export function deliver(
  { request, grant, caller, key, encode }: Delivery,
  services: Pick<Services, 'feed' | 'maxTokenBytes' | 'noteLimit' | 'operationLimits'>,
): (sink: Sink) => Subscription {
  const spec: CohortSpec = {
    key,
    encode,
    maxTokenLength: Math.min(MAX_TOKEN_LENGTH, services.maxTokenBytes * TOKEN_SHARE),
    ...(grant.restriction ? { sealToken: grant.restriction.seal.seal } : {}),
  }
  const owned = { ...request, owner: caller.owner }
  return (sink) => {
    const release = services.operationLimits.subscriptions.take(caller, services.noteLimit)
    try {
      const subscription = services.feed.subscribe(owned, spec, sink)
      subscription.hold(release)
      return subscription
    } catch (error) {
      release()
      throw error
    }
  }
}
