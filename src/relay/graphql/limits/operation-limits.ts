import type { ValidationRule } from 'graphql'
import { shareOf } from '../../auth/principal/owner.ts'
import type { RelayValues } from '../../options/values.ts'
import { limitDirectives } from './directives.ts'
import { limitResponseKeys } from './response-keys.ts'
import { createSubscriptionQuota, type SubscriptionQuota } from './subscription-quota.ts'

/** How much one operation may ask for. An operation that asks for more is refused with `LIMIT_EXCEEDED`. */
export type OperationLimitSettings = Pick<
  RelayValues,
  | 'maxResponseKeys'
  | 'maxResultBytes'
  | 'maxTokens'
  | 'maxDirectives'
  | 'maxSubscriptions'
  | 'maxSubscriptionsPerPrincipal'
  | 'introspection'
>

/** What operations are held to, whatever transport they come by. */
export interface OperationLimits {
  /** Rules of validation besides those of GraphQL's specification, and checked before them. */
  readonly rules: readonly ValidationRule[]
  /** Largest result of an event, as JSON, in bytes. */
  readonly maxResultBytes: number
  /** How many tokens a document may have. */
  readonly maxTokens: number
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
  readonly subscriptions: SubscriptionQuota
}

/** How many subscriptions a principal may have where nothing is set. */
const USUAL_SUBSCRIPTIONS = 1_000

/** Makes the limits of these settings. All transports share them, as they count what each caller has. */
export function createOperationLimits(settings: OperationLimitSettings): OperationLimits {
  const { maxResultBytes, maxTokens, introspection, maxSubscriptions, maxSubscriptionsPerPrincipal } = settings
  return {
    rules: [limitDirectives(settings.maxDirectives), limitResponseKeys(settings.maxResponseKeys)],
    maxResultBytes,
    maxTokens,
    introspection,
    subscriptions: createSubscriptionQuota({
      perPrincipal: maxSubscriptionsPerPrincipal ?? USUAL_SUBSCRIPTIONS,
      perAddress: maxSubscriptionsPerPrincipal ?? shareOf(maxSubscriptions),
    }),
  }
}
