import type { Document } from 'mongodb'

/**
 * A file of the unified test format, as far as the runner takes it.
 * @see https://github.com/mongodb/specifications/blob/master/source/unified-test-format/unified-test-format.md
 */
export interface SpecFile {
  readonly description: string
  readonly schemaVersion: string
  readonly runOnRequirements?: readonly RunOnRequirement[]
  readonly createEntities?: readonly EntitySpec[]
  readonly initialData?: readonly CollectionData[]
  readonly tests: readonly SpecTest[]
}

/** One test of a file. */
export interface SpecTest {
  readonly description: string
  readonly runOnRequirements?: readonly RunOnRequirement[]
  readonly skipReason?: string
  readonly operations: readonly Operation[]
  readonly expectEvents?: readonly ExpectedEvents[]
  readonly outcome?: readonly CollectionData[]
}

/** What a server must be for a test to apply. All fields must hold; of several requirements any. */
export interface RunOnRequirement {
  readonly minServerVersion?: string
  readonly maxServerVersion?: string
  readonly topologies?: readonly string[]
  readonly serverless?: 'require' | 'forbid' | 'allow'
  readonly serverParameters?: Document
  readonly auth?: boolean
}

/** One thing that the operations work with; has one of its fields. */
export interface EntitySpec {
  readonly client?: ClientSpec
  readonly database?: { readonly id: string; readonly client: string; readonly databaseName: string }
  readonly collection?: { readonly id: string; readonly database: string; readonly collectionName: string }
  readonly session?: { readonly id: string; readonly client: string; readonly sessionOptions?: Document }
}

/** A client entity. */
export interface ClientSpec {
  readonly id: string
  readonly uriOptions?: Document
  readonly observeEvents?: readonly string[]
  readonly ignoreCommandMonitoringEvents?: readonly string[]
  /** Concerns sharded clusters and load balancers only. */
  readonly useMultipleMongoses?: boolean
}

/** The documents of a collection: before the operations, or after them. */
export interface CollectionData {
  readonly databaseName: string
  readonly collectionName: string
  readonly documents: readonly Document[]
}

/** One step of a test. */
export interface Operation {
  readonly name: string
  readonly object: string
  readonly arguments?: Document
  readonly expectResult?: unknown
  readonly expectError?: ExpectedError
  readonly saveResultAsEntity?: string
}

/** How an operation must fail. */
export interface ExpectedError {
  readonly isError?: true
  readonly isClientError?: boolean
  readonly errorContains?: string
  readonly errorCode?: number
  readonly errorCodeName?: string
  readonly errorLabelsContain?: readonly string[]
  readonly errorLabelsOmit?: readonly string[]
}

/** What a client must have published. */
export interface ExpectedEvents {
  readonly client: string
  readonly eventType?: string
  readonly events: readonly ExpectedEvent[]
  readonly ignoreExtraEvents?: boolean
}

/** One event, by its kind: `commandStartedEvent`, `commandSucceededEvent` or `commandFailedEvent`. */
export type ExpectedEvent = Readonly<Record<string, Readonly<Record<string, unknown>>>>
