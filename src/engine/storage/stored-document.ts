import { decodeDocument } from '../../bson/codec/decode.ts'
import { toKey } from '../../bson/key.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'

/**
 * One version of a document, never changed. Bytes are what the client sent, so that every type, and the order of
 * fields, comes back as it went in; the decoded form is made on first use and kept.
 */
export class StoredDocument {
  readonly id: BsonValue
  /** The `_id`'s equality key. */
  readonly key: string
  /** Empty for a tombstone. */
  readonly bytes: Buffer
  /** The commit that made this version; 0 while it is part of an open transaction. */
  version = 0
  /** The version before, kept only while a transaction may still read it. */
  older: StoredDocument | undefined
  #document: BsonDocument | undefined

  constructor(id: BsonValue, bytes: Buffer, document?: BsonDocument, key = toKey(id)) {
    this.id = id
    this.key = key
    this.bytes = bytes
    this.#document = document
  }

  /** Marks that the document is gone as of a commit. */
  static tombstone(id: BsonValue, key: string): StoredDocument {
    return new StoredDocument(id, Buffer.alloc(0), undefined, key)
  }

  get isTombstone(): boolean {
    return this.bytes.length === 0
  }

  get document(): BsonDocument {
    return (this.#document ??= decodeDocument(this.bytes))
  }

  /** Lets go of the decoded form, which takes several times the bytes' memory, until it is asked for again. */
  releaseDecoded(): void {
    this.#document = undefined
  }
}

/** The version that a reader of `snapshot` sees; undefined when there was none, or it was removed. */
export function visibleAt(stored: StoredDocument | undefined, snapshot: number): StoredDocument | undefined {
  let version = stored
  while (version && version.version > snapshot) version = version.older
  return version && !version.isTombstone ? version : undefined
}
