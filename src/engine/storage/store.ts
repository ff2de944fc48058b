import { CommandError } from '../../bson/command-error.ts'
import { doc, type BsonDocument } from '../../bson/values.ts'
import { Collection, describeOptions, type CollectionOptions } from './collection.ts'
import { checkNamespace } from './namespace.ts'
import type { Oplog } from './oplog.ts'

/**
 * All databases and their collections, and the only place that logs changes of the catalog. Databases exist as long as
 * they hold a collection.
 */
export class Store {
  readonly oplog: Oplog
  readonly #databases = new Map<string, Map<string, Collection>>()
  /** Counts commits; a transaction's snapshot is its value at the start. */
  #commits = 0
  /** Snapshots that open transactions read. */
  readonly #snapshots = new Map<object, number>()
  /** Collections that keep older versions for open snapshots. */
  readonly #withHistory = new Set<Collection>()

  readonly #recordsImages: boolean

  /** @param recordsImages whether collections that do not say so themselves record images */
  constructor(oplog: Oplog, recordsImages = false) {
    this.oplog = oplog
    this.#recordsImages = recordsImages
  }

  /** The options that a collection gets where it is created with these. */
  withDefaults(options: CollectionOptions): CollectionOptions {
    return this.#recordsImages && !options.view ? { images: true, ...options } : options
  }

  get lastCommit(): number {
    return this.#commits
  }

  /** The number of a commit that is about to be applied. */
  nextCommit(): number {
    return ++this.#commits
  }

  /** Whether a version that `commit` replaces may still be read. */
  keepsHistory(): boolean {
    return this.#snapshots.size > 0
  }

  noteHistory(collection: Collection): void {
    this.#withHistory.add(collection)
  }

  /** Opens a snapshot of everything committed so far, held by `owner` until closed. */
  openSnapshot(owner: object): number {
    this.#snapshots.set(owner, this.#commits)
    return this.#commits
  }

  closeSnapshot(owner: object): void {
    this.#snapshots.delete(owner)
    if (this.#snapshots.size > 0) return
    for (const collection of this.#withHistory) collection.forgetHistory()
    this.#withHistory.clear()
  }

  databases(): string[] {
    return [...this.#databases.keys()]
  }

  collections(db: string): Collection[] {
    return [...(this.#databases.get(db)?.values() ?? [])]
  }

  find(db: string, coll: string): Collection | undefined {
    return this.#databases.get(db)?.get(coll)
  }

  /** @throws CommandError NamespaceNotFound */
  get(db: string, coll: string, message = 'ns not found'): Collection {
    const collection = this.find(db, coll)
    if (!collection) throw new CommandError('NamespaceNotFound', message)
    return collection
  }

  /**
   * The collection, created on first use as a write does.
   * @throws CommandError CommandNotSupportedOnView
   */
  getOrCreate(db: string, coll: string): Collection {
    const found = this.find(db, coll) ?? this.create(db, coll, this.withDefaults({}))
    if (!found.options.view) return found
    throw new CommandError('CommandNotSupportedOnView', `Namespace ${found.namespace} is a view, not a collection`)
  }

  /** @throws CommandError NamespaceExists, InvalidNamespace */
  create(db: string, coll: string, options: CollectionOptions): Collection {
    checkNamespace(db, coll)
    if (this.find(db, coll)) throw new CommandError('NamespaceExists', `Collection already exists. NS: ${db}.${coll}`)
    const collection = new Collection(this, db, coll, options)
    let collections = this.#databases.get(db)
    if (!collections) this.#databases.set(db, (collections = new Map()))
    collections.set(coll, collection)
    const description = describeOptions(options)
    if (!options.view) description.set('idIndex', collection.idIndexSpec())
    this.oplog.append([{ ...collection.place, change: { kind: 'create', description } }])
    return collection
  }

  drop(collection: Collection): void {
    this.#remove(collection)
    this.oplog.append([{ ...collection.place, change: { kind: 'drop' } }])
  }

  /** Drops every collection, then the database. */
  dropDatabase(db: string): void {
    const collections = this.collections(db)
    if (!this.#databases.has(db)) return
    for (const collection of collections) this.drop(collection)
    this.oplog.append([{ db, change: { kind: 'dropDatabase' } }])
  }

  /** @throws CommandError NamespaceExists unless `dropTarget` */
  rename(collection: Collection, to: { db: string; coll: string }, dropTarget: boolean): void {
    checkNamespace(to.db, to.coll)
    const target = this.find(to.db, to.coll)
    if (target === collection) throw new CommandError('IllegalOperation', "Can't rename a collection to itself")
    if (target && !dropTarget) throw new CommandError('NamespaceExists', 'target namespace exists')
    const description: BsonDocument = doc({ to: doc({ db: to.db, coll: to.coll }) })
    if (target) description.set('dropTarget', target.uuidValue)
    if (target) this.#remove(target)
    const from = collection.place
    this.#remove(collection)
    collection.moveTo(to.db, to.coll)
    let collections = this.#databases.get(to.db)
    if (!collections) this.#databases.set(to.db, (collections = new Map()))
    collections.set(to.coll, collection)
    this.oplog.append([{ ...from, change: { kind: 'rename', to, description } }])
  }

  /** Bytes and number of all documents of a database. */
  size(db: string): { bytes: number; documents: number } {
    let bytes = 0
    let documents = 0
    for (const collection of this.collections(db)) {
      bytes += collection.bytes
      documents += collection.count
    }
    return { bytes, documents }
  }

  #remove(collection: Collection): void {
    const collections = this.#databases.get(collection.db)
    collections?.delete(collection.name)
    if (collections?.size === 0) this.#databases.delete(collection.db)
    collection.markDropped()
  }
}
