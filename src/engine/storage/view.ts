import type { Collection } from './collection.ts'
import type { StoredDocument } from './stored-document.ts'

/** What a reader sees of collections. */
export interface View {
  /** The document with this key. */
  get(collection: Collection, key: string): StoredDocument | undefined
  /** All documents in insertion order. Lazy. */
  all(collection: Collection): Iterable<StoredDocument>
  /** Whether the view is what is committed now: then indexes, which know nothing older, may be used. */
  readonly isLatest: boolean
}

/** Everything committed, at the moment of each read. */
export const LATEST: View = {
  get: (collection, key) => collection.at(key, Infinity),
  all: (collection) => collection.all(Infinity),
  isLatest: true,
}
