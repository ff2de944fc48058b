import type { LazyDocument } from '../../bson/codec/lazy-document.ts'

/** A change event together with its position. */
export interface Change {
  /** The event's resume token as a string: continue after it to get what follows. */
  readonly resumeToken: string
  /** The event as it is shown: what is asked for of it is decoded, and written, on first use. */
  readonly event: LazyDocument
  /**
   * The event as a server sent it, in memory of its own: what it is remembered as. Nothing that is sent to a caller is
   * made from it: `event` may hold less.
   */
  readonly raw: Uint8Array
}
