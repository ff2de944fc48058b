import { EJSON } from 'bson'

/** One change, as the oracle saw it or as a subscriber received it. */
export interface SeenEvent {
  /** Its identity: the resume token. */
  readonly token: string
  readonly operationType: string
  /** The group of the document; a subscriber's filter. */
  readonly group: number
  /** Everything that must be alike for the oracle and a subscriber. */
  readonly content: string
}

/** The parts of a change event that both carry. */
export interface RawEvent {
  readonly operationType: string
  readonly documentKey?: unknown
  readonly fullDocument?: unknown
  readonly updateDescription?: unknown
}

/** The `_id` of a document that the writers write: numbered in its group. */
export interface NumberedKey {
  readonly g: number
  readonly i: number
}

/** Sees an event: of the driver, or of the relay's JSON. */
export function toSeenEvent(token: string, event: RawEvent): SeenEvent {
  const { operationType } = event
  // writers write documents with such keys only
  const key = event.documentKey as { readonly _id: NumberedKey }
  const { updatedFields } = (event.updateDescription ?? {}) as { readonly updatedFields?: unknown }
  const parts = [operationType, key, event.fullDocument ?? null, updatedFields ?? null]
  return { token, operationType, group: key._id.g, content: EJSON.stringify(parts) }
}
