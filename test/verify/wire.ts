import type { RawEvent } from './events.ts'

/** One change as the subscribers ask for it. */
export interface WireChange extends RawEvent {
  readonly resumeToken: string
}

/** Where and what to subscribe to. */
export interface WireRequest {
  readonly graphqlUrl: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** What a connection reports: changes in order, then one end and nothing after it. */
export interface WireEvents {
  onChange(change: WireChange): void
  /** `code` is that of the relay's error; absent when the connection is gone. */
  onEnd(code?: string): void
}

/** A connection of a subscriber. */
export interface Wire {
  /** Stops reading from the socket, or goes on. */
  setReading(isReading: boolean): void
  /** Ends it; nothing is reported afterwards. */
  close(): void
}

/** The operation of all subscribers: those with equal variables form a cohort. */
export const QUERY = `subscription Verify(
  $db: String $coll: String $operationTypes: [String!] $where: EJSON
  $startAfter: ResumeToken $startAtOperationTime: Timestamp $snapshot: Snapshot
) {
  changes(
    db: $db coll: $coll operationTypes: $operationTypes where: $where
    startAfter: $startAfter startAtOperationTime: $startAtOperationTime snapshot: $snapshot
  ) { resumeToken operationType documentKey fullDocument updateDescription { updatedFields } }
}`

interface Result {
  readonly data?: { readonly changes: WireChange } | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
}

/** Reports a result; gives whether the stream goes on. */
export function report({ data, errors }: Result, { onChange, onEnd }: WireEvents): boolean {
  if (data) onChange(data.changes)
  const [error] = errors ?? []
  if (error) onEnd(error.extensions?.code ?? error.message)
  return !error
}
