import { CommandError } from '../../bson/command-error.ts'
import { withoutInterruption } from '../../bson/work-budget.ts'
import type { Collection } from './collection.ts'
import { duplicateKey } from './secondary-index.ts'
import type { DocumentChange } from './oplog.ts'
import type { Store } from './store.ts'
import { StoredDocument } from './stored-document.ts'
import { LATEST, type View } from './view.ts'

/** One document's change, ready to be applied. */
export interface Write {
  readonly collection: Collection
  /** The new version, or a tombstone. */
  readonly next: StoredDocument
  /** The version that it replaces. */
  readonly before?: StoredDocument
  readonly change: DocumentChange
}

/** Where writes go: visible at once, or with the commit of a transaction. */
export interface WriteUnit {
  /** What reads of the same operation see. */
  readonly view: View
  /**
   * Applies a write, or throws and changes nothing.
   * @throws CommandError DuplicateKey, WriteConflict; Locked when an open transaction holds the document
   */
  write(write: Write): void
}

/** A document or collection that an open transaction holds: not an answer, but a reason to wait. */
export class Locked extends Error {
  override readonly name = 'Locked'
  /** Settles when the transaction ends. */
  readonly released: Promise<void>

  constructor(released: Promise<void>) {
    super('held by an open transaction')
    this.released = released
  }
}

/** A transaction as those see it who wait for it. */
export interface LockOwner {
  readonly ended: Promise<void>
}

/** The name of a unique index's entry among a collection's locks. */
export function uniqueLock(indexName: string, key: string): string {
  return `\0${indexName}\0${key}`
}

/**
 * Checks that a document can be indexed, and `_id` and unique indexes against what a view sees.
 * @throws CommandError DuplicateKey, 171 for arrays in two fields of an index
 */
export function checkUnique(view: View, { collection, next, before }: Write): void {
  if (!before && view.get(collection, next.key)) {
    throw duplicateKey(collection, '_id_', collection.idIndexSpec().get('key'), next.document)
  }
  for (const index of collection.indexes) {
    if (!index.spec.unique) index.check(next.document)
    for (const key of index.uniqueKeys(next.document)) {
      for (const holder of index.holders(key)) {
        // the index knows what is committed; the view may have moved or removed the holder
        const holding = holder === next.key ? undefined : view.get(collection, holder)
        if (holding && index.uniqueKeys(holding.document).includes(key)) {
          throw duplicateKey(collection, index.spec.name, index.spec.key, next.document)
        }
      }
    }
  }
}

/** Writes that are visible, and logged, at once. */
export class AutoCommit implements WriteUnit {
  readonly view = LATEST
  readonly #store: Store

  readonly #beforeWrite: (() => void) | undefined

  /** @param beforeWrite called before each write that can be done; what it throws prevents that one */
  constructor(store: Store, beforeWrite?: () => void) {
    this.#store = store
    this.#beforeWrite = beforeWrite
  }

  write(write: Write): void {
    const { collection, next, before, change } = write
    checkUnlocked(write)
    if (!next.isTombstone) checkUnique(this.view, write)
    this.#beforeWrite?.()
    withoutInterruption(() => collection.commit(next, this.#store.nextCommit()))
    this.#store.oplog.append([collection.logged(change, before)])
    // what a full capped collection gives up is deleted, and logged, by itself
    for (const oldest of collection.beyondCap()) {
      const gone = StoredDocument.tombstone(oldest.id, oldest.key)
      this.write({ collection, next: gone, before: oldest, change: { kind: 'delete', id: oldest.id } })
    }
  }
}

function checkUnlocked({ collection, next }: Write): void {
  if (collection.isDropped) throw new CommandError('NamespaceNotFound', 'collection was dropped during the operation')
  if (collection.locks.size === 0) return
  const names = [next.key]
  if (!next.isTombstone) {
    for (const index of collection.indexes) {
      for (const key of index.uniqueKeys(next.document)) names.push(uniqueLock(index.spec.name, key))
    }
  }
  for (const name of names) {
    const owner = collection.locks.get(name)
    if (owner) throw new Locked(owner.ended)
  }
}

/** Throws {@link Locked} while any transaction has changed documents of a collection. */
export function checkNoLocks(collection: Collection): void {
  for (const owner of collection.locks.values()) throw new Locked(owner.ended)
}
