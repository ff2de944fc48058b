import { randomUUID } from 'node:crypto'
import { Binary, doc, Int32, Long, Double, type BsonDocument } from '../../bson/values.ts'
import type { Filter } from '../query/filter.ts'
import type { ChangePlace, DocumentChange } from './oplog.ts'
import { SecondaryIndex, type IndexSpec } from './secondary-index.ts'
import type { Store } from './store.ts'
import type { LockOwner } from './write-unit.ts'
import { type StoredDocument, visibleAt } from './stored-document.ts'

/** What a view shows. */
export interface ViewDefinition {
  readonly viewOn: string
  readonly pipeline: readonly BsonDocument[]
}

/** What a collection was created with, or changed to by `collMod`. */
export interface CollectionOptions {
  readonly capped?: { readonly size: number; readonly max?: number }
  readonly validator?: {
    readonly spec: BsonDocument
    readonly filter: Filter
    readonly level: string
    readonly action: string
  }
  /** Present on a view: a namespace without documents of its own. */
  readonly view?: ViewDefinition
  /** `changeStreamPreAndPostImages`: whether images are recorded. */
  readonly images?: boolean
}

/**
 * One collection: its documents in insertion order, by `_id`, and its indexes. Writes come through a write unit, which
 * decides when they become visible; {@link commit} applies one.
 */
export class Collection {
  db: string
  name: string
  options: CollectionOptions
  readonly uuid: Buffer
  readonly indexes: SecondaryIndex[] = []
  /** Open transactions that changed a document, by the document's key. */
  readonly locks = new Map<string, LockOwner>()
  /** Bytes of all documents. */
  bytes = 0
  count = 0
  readonly #store: Store
  readonly #documents = new Map<string, StoredDocument>()
  #dropped = false

  constructor(store: Store, db: string, name: string, options: CollectionOptions) {
    this.#store = store
    this.db = db
    this.name = name
    this.options = options
    this.uuid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex')
  }

  get namespace(): string {
    return `${this.db}.${this.name}`
  }

  get uuidValue(): Binary {
    return new Binary(this.uuid, Binary.SUBTYPE_UUID)
  }

  /** Whether the collection is gone from the catalog. */
  get isDropped(): boolean {
    return this.#dropped
  }

  /** Where its changes happen, for the oplog. */
  get place(): ChangePlace & { coll: string; uuid: Buffer } {
    const { images, view } = this.options
    const place = { db: this.db, coll: this.name, uuid: this.uuid }
    return { ...place, ...(images ? { images } : {}), ...(view ? { view: true } : {}) }
  }

  markDropped(): void {
    this.#dropped = true
  }

  moveTo(db: string, name: string): void {
    this.db = db
    this.name = name
    this.#dropped = false
  }

  /** The `_id` index as the catalog lists it. */
  idIndexSpec(): BsonDocument {
    return doc({ v: new Int32(2), key: doc({ _id: new Int32(1) }), name: '_id_' })
  }

  /** The document with this key as a reader of `snapshot` sees it. */
  at(key: string, snapshot: number): StoredDocument | undefined {
    return visibleAt(this.#documents.get(key), snapshot)
  }

  /** The newest committed version, or tombstone, whichever view may see it. */
  newest(key: string): StoredDocument | undefined {
    return this.#documents.get(key)
  }

  /** Every document that a reader of `snapshot` sees, in insertion order. Lazy: follows writes made meanwhile. */
  *all(snapshot: number): Generator<StoredDocument> {
    for (const stored of this.#documents.values()) {
      const visible = visibleAt(stored, snapshot)
      if (visible) yield visible
    }
  }

  /** Adds an index over the documents that are there. Throws, and adds nothing, when they do not fit it. */
  addIndex(spec: IndexSpec, check: (index: SecondaryIndex, stored: StoredDocument) => void): SecondaryIndex {
    const index = new SecondaryIndex(spec)
    for (const stored of this.all(Infinity)) {
      check(index, stored)
      index.add(stored)
    }
    this.indexes.push(index)
    return index
  }

  dropIndex(index: SecondaryIndex): void {
    this.indexes.splice(this.indexes.indexOf(index), 1)
  }

  /** Makes a new version visible, or a tombstone. The caller has checked and logs it. */
  commit(next: StoredDocument, commit: number): void {
    const previous = this.#documents.get(next.key)
    const current = previous && !previous.isTombstone ? previous : undefined
    next.version = commit
    if (this.#store.keepsHistory()) {
      next.older = previous
      this.#store.noteHistory(this)
    }
    if (current) this.#forget(current)
    if (!next.isTombstone) this.#count(next)
    // what is written is often not read again
    next.releaseDecoded()
    if (next.isTombstone && !next.older) this.#documents.delete(next.key)
    else {
      // a document inserted anew goes to the end
      if (!current) this.#documents.delete(next.key)
      this.#documents.set(next.key, next)
    }
  }

  /** Lets go of versions that only a transaction could have read. */
  forgetHistory(): void {
    for (const stored of this.#documents.values()) {
      stored.older = undefined
      if (stored.isTombstone) this.#documents.delete(stored.key)
    }
  }

  /** The oldest documents of a capped collection that are beyond its bounds; at least the newest one stays. */
  beyondCap(): StoredDocument[] {
    const { capped } = this.options
    const beyond: StoredDocument[] = []
    if (!capped) return beyond
    let { bytes, count } = this
    for (const stored of this.#documents.values()) {
      if (count <= 1 || (bytes <= capped.size && count <= (capped.max ?? Infinity))) break
      if (stored.isTombstone) continue
      beyond.push(stored)
      bytes -= stored.bytes.length
      count--
    }
    return beyond
  }

  /** A change of one document as the oplog records it: with the document before where images are recorded. */
  logged(change: DocumentChange, before: StoredDocument | undefined): ChangePlace & { change: DocumentChange } {
    if (change.kind === 'insert' || !this.options.images || !before) return { ...this.place, change }
    return { ...this.place, change: { ...change, before: before.bytes } }
  }

  #forget(stored: StoredDocument): void {
    this.bytes -= stored.bytes.length
    this.count--
    for (const index of this.indexes) index.remove(stored)
  }

  #count(stored: StoredDocument): void {
    this.bytes += stored.bytes.length
    this.count++
    for (const index of this.indexes) index.add(stored)
  }
}

/** The options as the catalog lists them. */
export function describeOptions({ capped, validator, images, view }: CollectionOptions): BsonDocument {
  return doc({
    capped: capped ? true : undefined,
    size: capped ? integerValue(capped.size) : undefined,
    max: capped?.max === undefined ? undefined : integerValue(capped.max),
    changeStreamPreAndPostImages: images ? doc({ enabled: true }) : undefined,
    validator: validator?.spec,
    validationLevel: validator?.level,
    validationAction: validator?.action,
    viewOn: view?.viewOn,
    pipeline: view ? [...view.pipeline] : undefined,
  })
}

// an int while it fits
function integerValue(value: number): Int32 | Long {
  return Math.abs(value) <= 0x7fff_ffff ? new Int32(value) : Long.fromNumber(value)
}

/** A whole number as the server's replies carry sizes: int while it fits, else double. */
export function sizeValue(size: number): Int32 | Double {
  return Number.isInteger(size) && Math.abs(size) <= 0x7fff_ffff ? new Int32(size) : new Double(size)
}

/** The sizes of a collection, of one that is not there too, in units of `scale` bytes. */
export function describeSizes(collection: Collection | undefined, scale: number): BsonDocument {
  const [bytes, count] = [collection?.bytes ?? 0, collection?.count ?? 0]
  const indexNames = collection ? ['_id_', ...collection.indexes.map((index) => index.spec.name)] : []
  const indexSizes: BsonDocument = new Map(indexNames.map((index) => [index, new Int32(0)]))
  return doc({
    size: sizeValue(Math.floor(bytes / scale)),
    count: sizeValue(count),
    avgObjSize: count > 0 ? sizeValue(Math.floor(bytes / count)) : undefined,
    numOrphanDocs: new Int32(0),
    storageSize: sizeValue(Math.floor(bytes / scale)),
    freeStorageSize: new Int32(0),
    capped: collection?.options.capped !== undefined,
    nindexes: new Int32(indexNames.length),
    indexDetails: doc({}),
    indexBuilds: [],
    totalIndexSize: new Int32(0),
    totalSize: sizeValue(Math.floor(bytes / scale)),
    indexSizes,
    scaleFactor: new Int32(scale),
  })
}
