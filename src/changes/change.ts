import type { ServerToken } from './resume-token.ts'

/** One change event as the server sent it, decoded without losing a BSON type (numbers are Int32, Long or Double). */
export interface ChangeEvent {
  /** The resume token: a document, whatever its shape. */
  readonly _id: ServerToken
  readonly operationType: string
  readonly [field: string]: unknown
}

/** A change event together with its position. */
export interface Change {
  /** The event's resume token as a string: continue after it to get what follows. */
  readonly resumeToken: string
  /** Of an event as a server sent it this is decoded on first use. Whoever needs some fields only asks `fieldOf` for them. */
  readonly event: ChangeEvent
  /**
   * The event as BSON, in memory of its own: what it is remembered as, because it takes a fraction of what `event` does.
   * Nothing that is sent to anybody is made from it.
   */
  readonly raw: Uint8Array
}
