import type { ValidationRule } from 'graphql'
import { NoSchemaIntrospectionCustomRule } from 'graphql'
import { limitResponseKeys } from './response-keys.ts'

/** What one operation may ask for. */
export interface OperationLimits {
  /** How many response keys an operation may have in all; more are refused with `LIMIT_EXCEEDED`. */
  readonly maxResponseKeys: number
  /** Largest result of an event, as JSON, in bytes; a larger one ends its subscription with `EVENT_TOO_LARGE`. */
  readonly maxResultBytes: number
  /** Whether an operation may ask for the schema. */
  readonly introspection: boolean
}

/** How operations are checked and executed, whatever transport they come by. */
export interface Execution {
  /** Rules of validation besides those of GraphQL's specification. */
  readonly rules: readonly ValidationRule[]
  /** See {@link OperationLimits.maxResultBytes}. */
  readonly maxResultBytes: number
}

/** Makes the execution for these limits. */
export function createExecution({ maxResponseKeys, maxResultBytes, introspection }: OperationLimits): Execution {
  const hidden = introspection ? [] : [NoSchemaIntrospectionCustomRule]
  return { rules: [limitResponseKeys(maxResponseKeys), ...hidden], maxResultBytes }
}
