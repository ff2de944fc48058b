import { withoutInterruption } from '../../bson/work-budget.ts'
import { CommandError } from '../../bson/command-error.ts'
import type { Collection } from '../storage/collection.ts'
import { duplicateKey } from '../storage/secondary-index.ts'
import type { TransactionStamp } from '../storage/oplog.ts'
import type { Store } from '../storage/store.ts'
import type { StoredDocument } from '../storage/stored-document.ts'
import type { View } from '../storage/view.ts'
import { checkUnique, uniqueLock, type LockOwner, type Write, type WriteUnit } from '../storage/write-unit.ts'

/** The error of a transaction that lost against another writer. Clients run the whole transaction again. */
function writeConflict(collection: Collection): CommandError {
  return new CommandError(
    'WriteConflict',
    `Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction. Namespace: ${collection.namespace}`,
    { labels: ['TransientTransactionError'] },
  )
}

/**
 * A multi-document transaction with snapshot isolation: it reads what was committed when it started and what it wrote
 * itself; its writes become visible together, in their order, with {@link commit}. The first writer of a document wins.
 * **Lifecycle**: ends with commit or abort, one of which must be called; until then older versions are kept for it.
 */
export class Transaction implements WriteUnit, View, LockOwner {
  readonly isLatest = false
  readonly ended: Promise<void>
  readonly #store: Store
  readonly #snapshot: number
  readonly #stamp: TransactionStamp
  readonly #writes: Write[] = []
  readonly #changed = new Map<Collection, Map<string, StoredDocument>>()
  #markEnded: () => void = () => undefined

  constructor(store: Store, stamp: TransactionStamp) {
    this.#store = store
    this.#stamp = stamp
    this.#snapshot = store.openSnapshot(this)
    this.ended = new Promise((resolve) => (this.#markEnded = resolve))
  }

  get view(): View {
    return this
  }

  get(collection: Collection, key: string): StoredDocument | undefined {
    const changed = this.#changed.get(collection)?.get(key)
    if (changed) return changed.isTombstone ? undefined : changed
    return collection.at(key, this.#snapshot)
  }

  *all(collection: Collection): Generator<StoredDocument> {
    const changed = this.#changed.get(collection)
    const seen = new Set<string>()
    for (const stored of collection.all(this.#snapshot)) {
      seen.add(stored.key)
      const current = changed?.get(stored.key) ?? stored
      if (!current.isTombstone) yield current
    }
    for (const stored of changed?.values() ?? []) if (!seen.has(stored.key) && !stored.isTombstone) yield stored
  }

  write(write: Write): void {
    const { collection, next } = write
    if (collection.options.capped) {
      throw new CommandError(
        'OperationNotSupportedInTransaction',
        `Collection '${collection.namespace}' is a capped collection. Writes in transactions are not allowed on capped collections.`,
      )
    }
    const locks = this.#locksOf(write)
    this.#checkConflicts(collection, next.key, locks)
    if (!next.isTombstone) {
      checkUnique(this, write)
      this.#checkUniqueKeys(collection, next)
    }
    for (const lock of locks) collection.locks.set(lock, this)
    let changed = this.#changed.get(collection)
    if (!changed) this.#changed.set(collection, (changed = new Map()))
    changed.set(next.key, next)
    this.#writes.push(write)
  }

  /** Makes all writes visible at once and logs them with one time. */
  commit(): void {
    const commit = this.#store.nextCommit()
    // older versions are kept for the other transactions only
    this.#end()
    withoutInterruption(() => {
      for (const { collection, next } of this.#writes) collection.commit(next, commit)
    })
    const changes = this.#writes.map(({ collection, change, before }) => collection.logged(change, before))
    if (changes.length > 0) this.#store.oplog.append(changes, this.#stamp)
  }

  /** Forgets all writes. */
  abort(): void {
    this.#end()
  }

  #end(): void {
    for (const collection of this.#changed.keys()) {
      for (const [lock, owner] of collection.locks) if (owner === this) collection.locks.delete(lock)
    }
    this.#store.closeSnapshot(this)
    this.#markEnded()
  }

  #locksOf({ collection, next }: Write): string[] {
    if (next.isTombstone) return [next.key]
    const unique = collection.indexes.flatMap((index) =>
      index.uniqueKeys(next.document).map((key) => uniqueLock(index.spec.name, key)),
    )
    return [next.key, ...unique]
  }

  /** Checks unique indexes against what they do not know of: own writes, and what was committed after the snapshot. */
  #checkUniqueKeys(collection: Collection, next: StoredDocument): void {
    for (const index of collection.indexes) {
      const keys = new Set(index.uniqueKeys(next.document))
      if (keys.size === 0) continue
      for (const other of this.#changed.get(collection)?.values() ?? []) {
        if (other.isTombstone || other.key === next.key) continue
        if (index.uniqueKeys(other.document).some((key) => keys.has(key))) {
          throw duplicateKey(collection, index.spec.name, index.spec.key, next.document)
        }
      }
      for (const holder of [...keys].flatMap((key) => [...index.holders(key)])) {
        const newest = collection.newest(holder)
        if (newest && holder !== next.key && newest.version > this.#snapshot) throw writeConflict(collection)
      }
    }
  }

  #checkConflicts(collection: Collection, key: string, locks: readonly string[]): void {
    if (collection.isDropped) throw writeConflict(collection)
    for (const lock of locks) {
      const owner = collection.locks.get(lock)
      if (owner && owner !== this) throw writeConflict(collection)
    }
    const newest = collection.newest(key)
    if (newest && newest.version > this.#snapshot) throw writeConflict(collection)
  }
}
