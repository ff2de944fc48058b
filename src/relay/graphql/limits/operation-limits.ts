import type { ValidationRule } from 'graphql'
import { shareOf } from '../../auth/owner.ts'
import { limitAliases, limitDirectives } from './node-counts.ts'
import { limitDepth } from './query-depth.ts'
import { limitResponseKeys } from './response-keys.ts'
import { createSubscriptionQuota, type SubscriptionQuota } from './subscription-quota.ts'

/** What one operation may ask for. Whatever asks for more is refused with `LIMIT_EXCEEDED`, but for results. */
export interface OperationLimits {
  /** How many response keys an operation may have in all. */
  readonly maxResponseKeys: number
  /** Largest result of an event, as JSON, in bytes; a larger one ends its subscription with `EVENT_TOO_LARGE`. */
  readonly maxResultBytes: number
  /** How many tokens a document may have. */
  readonly maxTokens: number
  /** How deep fields may nest; those of a change nest 4 deep. */
  readonly maxQueryDepth: number
  /** How many aliases a document may have. */
  readonly maxAliases: number
  /** How many directives a document may have. */
  readonly maxDirectives: number
  /** How many subscriptions there may be in all. */
  readonly maxSubscriptions: number
  /**
   * How many subscriptions a principal, or an address of anonymous callers, may have. Absent: 1,000 for a principal, and a
   * share of `maxSubscriptions` for an address.
   */
  readonly maxSubscriptionsPerPrincipal?: number | undefined
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean
}

/** How operations are checked and executed, whatever transport they come by. */
export interface Execution {
  /** Rules of validation besides those of GraphQL's specification, and checked before them. */
  readonly rules: readonly ValidationRule[]
  /** See {@link OperationLimits.maxResultBytes}. */
  readonly maxResultBytes: number
  /** See {@link OperationLimits.maxTokens}. */
  readonly maxTokens: number
  /** See {@link OperationLimits.introspection}. */
  readonly introspection: boolean
  readonly subscriptions: SubscriptionQuota
}

/** How many subscriptions a principal may have where nothing is set. */
const USUAL_SUBSCRIPTIONS = 1_000

/** Makes the execution for these limits. */
export function createExecution(limits: OperationLimits): Execution {
  const { maxResultBytes, maxTokens, introspection, maxSubscriptions, maxSubscriptionsPerPrincipal } = limits
  return {
    rules: [
      limitDepth(limits.maxQueryDepth),
      limitAliases(limits.maxAliases),
      limitDirectives(limits.maxDirectives),
      limitResponseKeys(limits.maxResponseKeys),
    ],
    maxResultBytes,
    maxTokens,
    introspection,
    subscriptions: createSubscriptionQuota({
      perPrincipal: maxSubscriptionsPerPrincipal ?? USUAL_SUBSCRIPTIONS,
      perAddress: maxSubscriptionsPerPrincipal ?? shareOf(maxSubscriptions),
    }),
  }
}
