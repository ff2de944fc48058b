import type { Change, ChangeEvent } from './change.ts'
import { MISSING } from './match/values.ts'
import { RawDocument } from './raw-document.ts'
import { toTokenString } from './resume-token.ts'

/**
 * An event that a server sent; `raw` is kept as it is: pass a copy of bytes that belong to a larger buffer.
 *
 * **Cost**: finds and decodes the resume token alone. The rest is decoded when somebody asks for it.
 *
 * @throws RangeError for bytes that are no BSON, which no server sends
 */
export function toChange(raw: Uint8Array): Change {
  return new RawChange(raw)
}

// What others make of a change, such as one with fewer fields, is a plain object and none of this class: it has its `event`
// alone, and nothing leads back to these bytes.
class RawChange implements Change {
  readonly resumeToken: string
  readonly raw: Uint8Array
  readonly #document: RawDocument

  constructor(raw: Uint8Array) {
    this.raw = raw
    this.#document = new RawDocument(raw)
    this.resumeToken = toTokenString(this.#document.value('_id'))
  }

  get event(): ChangeEvent {
    // every event has what the type says
    return this.#document.decode() as ChangeEvent
  }

  get document(): RawDocument {
    return this.#document
  }
}

/** A field of the event's own; `undefined` where there is none. **Cost**: decodes this field alone, once. */
export function fieldOf(change: Change, name: string): unknown {
  if (!(change instanceof RawChange)) return Object.hasOwn(change.event, name) ? change.event[name] : undefined
  const value = change.document.value(name)
  return value === MISSING ? undefined : value
}

/** The event for a filter to look at: with {@link RawDocument} only what the filter asks for is decoded. */
export function documentOf(change: Change): RawDocument | ChangeEvent {
  return change instanceof RawChange ? change.document : change.event
}
