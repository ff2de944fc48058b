import { ANONYMOUS } from '../../auth/principal/principal.ts'
import { RelayError } from '../../../errors.ts'
import { createQuota } from '../../../util/quota.ts'
import type { GraphQLContext, Services } from '../context.ts'

/** Counts the subscriptions of each caller, over all transports. */
export interface SubscriptionQuota {
  /**
   * Takes one; gives the function that gives it back, which is idempotent.
   *
   * @param noteLimit called where there is none
   * @throws RelayError `LIMIT_EXCEEDED` when the caller has all it may
   */
  take(caller: Pick<GraphQLContext, 'principal' | 'owner'>, noteLimit: Services['noteLimit']): () => void
}

/** How many subscriptions one caller may have: a principal, and an address of callers who are anonymous. */
export interface SubscriptionQuotaOptions {
  readonly perPrincipal: number
  readonly perAddress: number
}

/** A quota for each owner, nothing taken. */
export function createSubscriptionQuota({ perPrincipal, perAddress }: SubscriptionQuotaOptions): SubscriptionQuota {
  const principals = createQuota(perPrincipal)
  const addresses = createQuota(perAddress)
  return {
    take({ principal, owner }, noteLimit) {
      const quota = principal === ANONYMOUS ? addresses : principals
      const release = quota.take(owner)
      if (release) return release
      const message = `This caller has ${quota.max} subscriptions already, as \`maxSubscriptionsPerPrincipal\` allows`
      noteLimit(message)
      throw new RelayError('LIMIT_EXCEEDED', message)
    },
  }
}
