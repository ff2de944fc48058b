import { deserialize, type Document, type Timestamp } from 'bson'
import type { SeenEvent } from './change-iterator.ts'

/** A namespace in a change. */
export interface ChangedNamespace {
  readonly db: string
  /** Absent where a whole database is meant. */
  readonly coll?: string
}

/**
 * One change event, with the fields and values that `collection.watch()` of MongoDB's driver gives: `ObjectId`, `Date`,
 * `Long` and the rest are `bson`'s. A field is absent where the server did not send it, or the caller may not see it.
 */
export interface Change {
  /** Its position: `startAfter` it to get what follows. Sealed for callers who may not see everything. */
  readonly resumeToken: string
  /** `insert`, `update`, `replace`, `delete`, `drop`, …, or a notice that was asked for, such as `started`. */
  readonly operationType: string
  readonly clusterTime?: Timestamp
  readonly wallTime?: Date
  readonly ns?: ChangedNamespace
  /** The new name, for `rename`. */
  readonly to?: ChangedNamespace
  readonly documentKey?: Document
  readonly fullDocument?: Document | null
  readonly fullDocumentBeforeChange?: Document | null
  readonly updateDescription?: Document
  /** What else a server tells. */
  readonly [name: string]: unknown
}

/** @throws Error for bytes that are not BSON, which no server sends */
export function toDriverChange({ bytes, resumeToken }: SeenEvent): Change {
  // half of a pair in some text is no reason to end anything
  const event = deserialize(bytes, { validation: { utf8: false } })
  // a string in every event
  return { ...event, resumeToken } as unknown as Change
}
