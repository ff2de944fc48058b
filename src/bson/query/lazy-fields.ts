import type { BsonDocument, BsonValue } from '../values.ts'

/** A document of which only what is asked for is decoded. */
export interface LazyFields {
  /** The value of a field, an embedded document as lazy as this one; `undefined` where there is none. */
  field(name: string): BsonValue | LazyFields | undefined
  /** The whole document. */
  decode(): BsonDocument
}

/** What a filter is matched with. */
export type MatchedDocument = BsonDocument | LazyFields

/** Whether a value is a document that is not decoded. */
export function isLazy(value: BsonValue | LazyFields | undefined): value is LazyFields {
  return typeof value === 'object' && value !== null && 'decode' in value
}

/** The whole of what a filter is matched with. */
export function wholeOf(document: MatchedDocument): BsonDocument {
  return isLazy(document) ? document.decode() : document
}
