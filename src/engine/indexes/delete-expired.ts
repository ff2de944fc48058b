import { beginWork, countWork, shouldPause } from '../../bson/work-budget.ts'
import type { Collection } from '../storage/collection.ts'
import type { SecondaryIndex } from '../storage/secondary-index.ts'
import type { Store } from '../storage/store.ts'
import { StoredDocument } from '../storage/stored-document.ts'
import { AutoCommit, Locked } from '../storage/write-unit.ts'
import { Int32, isNumber, toNumber, typeName, WideDate, type BsonDocument, type BsonValue } from '../../bson/values.ts'
import { parsePath, valuesAt } from '../../bson/query/path.ts'
import { cannot } from './kind.ts'

/**
 * Deletes the documents whose time is over, as TTL indexes ask, with a change event each. Documents that a transaction
 * holds stay until the next time. Others have their turn in between.
 * **Cost**: one look at each document of the collections that have such an index.
 * @param signal ends it early
 */
export async function deleteExpired(store: Store, nowMs: number, signal: AbortSignal): Promise<void> {
  for (const collection of store.databases().flatMap((db) => store.collections(db))) {
    for (const index of collection.indexes) {
      if (index.spec.expireAfterSeconds !== undefined) await sweep(store, collection, index, nowMs, signal)
    }
  }
}

async function sweep(
  store: Store,
  collection: Collection,
  index: SecondaryIndex,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  beginWork()
  for (const stored of collection.all(Infinity)) {
    if (shouldPause()) await new Promise<void>((resolve) => setImmediate(resolve))
    const { expireAfterSeconds } = index.spec
    // all of it may have changed meanwhile
    if (signal.aborted || collection.isDropped || expireAfterSeconds === undefined) return
    countWork()
    const isDue = isExpired(stored.document, index.fields[0] as string, nowMs - expireAfterSeconds * 1000)
    stored.releaseDecoded()
    if (isDue && index.holds(stored.document)) remove(store, collection, stored)
  }
}

function remove(store: Store, collection: Collection, stored: StoredDocument): void {
  if (collection.at(stored.key, Infinity) !== stored) return
  const next = StoredDocument.tombstone(stored.id, stored.key)
  try {
    new AutoCommit(store).write({ collection, next, before: stored, change: { kind: 'delete', id: stored.id } })
  } catch (error) {
    if (!(error instanceof Locked)) throw error
  }
}

/** The longest time that an index may keep documents, in seconds. */
const MAX_SECONDS = 0x7fff_ffff

/**
 * Reads `expireAfterSeconds`, whole seconds.
 * @param fail makes the error of a value that cannot be: creating and changing an index have different ones
 */
export function readExpiry(value: BsonValue, fail: (message: string) => Error = cannot): Int32 {
  if (!isNumber(value)) {
    throw fail(`TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(value)}'`)
  }
  const seconds = Math.trunc(toNumber(value))
  if (seconds < 0) throw fail("TTL index 'expireAfterSeconds' option cannot be less than 0")
  if (seconds <= MAX_SECONDS) return new Int32(seconds)
  // not a number counts as 0
  if (Number.isNaN(seconds)) return new Int32(0)
  throw fail("TTL index 'expireAfterSeconds' option must be within an acceptable range, try a lower number")
}

/** Whether a document's time is over: when the earliest date in the field is this old. Never without a date. */
export function isExpired(document: BsonDocument, field: string, latestMs: number): boolean {
  return valuesAt(document, parsePath(field), 'elements').some((value) => {
    if (value instanceof Date) return value.getTime() <= latestMs
    return value instanceof WideDate && value.ms <= BigInt(Math.floor(latestMs))
  })
}
