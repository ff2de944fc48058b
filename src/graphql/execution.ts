import type { ValidationRule } from 'graphql'
import type { PrincipalQuota } from '../access/principal-quota.ts'
import { createPrincipalQuota } from '../access/principal-quota.ts'
import { limitAliases, limitDirectives } from './limits/node-counts.ts'
import { limitDepth } from './limits/query-depth.ts'
import { limitResponseKeys } from './limits/response-keys.ts'

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
  /** How many subscriptions a principal may have. Default 1,000, and no limit for whoever is anonymous. */
  readonly maxSubscriptionsPerPrincipal?: number | undefined
  /** What was asked for as the feed's limit of catch-ups of each principal; absent: whoever is anonymous is not counted. */
  readonly maxCatchUpsPerPrincipal?: number | undefined
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
  /** Counts the subscriptions of each principal, over all transports. */
  readonly subscriptions: PrincipalQuota
  /** What the catch-ups of a principal are counted by; `undefined`: not at all. */
  readonly ownerOf: PrincipalQuota['keyOf']
}

/** Makes the execution for these limits. */
export function createExecution(limits: OperationLimits): Execution {
  const { maxResultBytes, maxTokens, introspection } = limits
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
    subscriptions: createPrincipalQuota(limits.maxSubscriptionsPerPrincipal, 1_000),
    // the feed counts
    ownerOf: createPrincipalQuota(limits.maxCatchUpsPerPrincipal, Infinity).keyOf,
  }
}
