import type { Document, Filter, MongoClient } from 'mongodb'
import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import {
  type BsonDocument,
  type BsonValue,
  CodeWithScope,
  DbPointer,
  isNumber,
  toNumber,
  typeName,
  WideDate,
} from '../../bson/values.ts'
import { RelayError } from '../../errors.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { sleep } from '../../util/waiting/sleep.ts'
import type { CollectionDocument, DocumentsOptions } from '../changes/change-source.ts'
import type { Deployment } from './deployment.ts'
import { diagnose } from './failures/diagnose.ts'
import type { RetryOptions } from '../changes/outage.ts'
import { readShardKey } from './shard-key.ts'

/** How many documents are asked for at once; a server's answer has 16 MiB at most. */
const BATCH_DOCUMENTS = 1_000

/** See `ChangeSource.documents`: goes on after the last document, with back-off, when reading fails for a while. */
export async function* readDocuments(
  deployment: Deployment,
  options: DocumentsOptions,
  { backoff }: RetryOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly CollectionDocument[], void, void> {
  let { after } = options
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const documents of readOnce(deployment.control.current(), { ...options, after })) {
        signal.throwIfAborted()
        yield documents
        attempt = 0
        after = documents.at(-1)?.key.get('_id') ?? after
      }
      return
    } catch (cause) {
      signal.throwIfAborted()
      const { db, coll } = options
      const { transient, error } = diagnose(cause, { hasUser: deployment.hasUser, scope: { db, coll } })
      if (!transient) throw error
      await sleep(backoffDelayMs(attempt, backoff), signal)
    }
  }
}

async function* readOnce(
  client: MongoClient,
  { db, coll, after, asOf }: DocumentsOptions,
): AsyncGenerator<readonly CollectionDocument[], void, void> {
  const shardKey = await readShardKey(client, `${db}.${coll}`)
  // only a causal session has a server wait for a cluster time
  const session = client.startSession({ causalConsistency: true })
  session.advanceOperationTime(asOf)
  const cursor = client
    .db(db)
    .collection(coll)
    .find(after === undefined ? {} : idsAfter(after), {
      sort: { _id: 1 },
      batchSize: BATCH_DOCUMENTS,
      // what is not with the majority may be taken back, and no change stream tells of it
      readConcern: 'majority',
      raw: true,
      session,
    })
  try {
    while (await cursor.hasNext()) {
      // with `raw` they are bytes
      const documents = cursor.readBufferedDocuments() as unknown as Uint8Array[]
      yield documents.map((bytes) => toCollectionDocument(new LazyDocument(bytes), shardKey))
    }
  } finally {
    await cursor.close()
    await session.endSession()
  }
}

function toCollectionDocument(document: LazyDocument, shardKey: readonly string[]): CollectionDocument {
  const key: BsonDocument = new Map()
  for (const path of shardKey) {
    const value = valueAt(document, path.split('.'))
    if (value !== undefined) key.set(path, value)
  }
  // every document of a replicated collection has one
  key.set('_id', document.value('_id') ?? null)
  return { key, document }
}

function valueAt(document: LazyDocument, [name = '', ...rest]: readonly string[]): BsonValue | undefined {
  if (rest.length === 0) return document.value(name)
  const inner = document.field(name)
  return inner instanceof LazyDocument ? valueAt(inner, rest) : undefined
}

/**
 * The types of an `_id`, in the order that MongoDB sorts them in: those of one group are compared by value.
 *
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
const TYPE_GROUPS = [
  ['minKey'],
  ['null', 'undefined'],
  ['int', 'long', 'double', 'decimal'],
  ['string', 'symbol'],
  ['object'],
  ['binData'],
  ['objectId'],
  ['bool'],
  ['date'],
  ['timestamp'],
  ['dbPointer'],
  ['javascript'],
  ['javascriptWithScope'],
  ['maxKey'],
] as const

/** Matches the documents whose `_id` sorts after a value: `$gt` alone finds those of the same group of types. */
function idsAfter(id: BsonValue): Filter<Document> {
  if (id instanceof WideDate || id instanceof CodeWithScope || id instanceof DbPointer) {
    const message = `The snapshot cannot go on after a document whose \`_id\` is of the type ${typeName(id)}`
    throw new RelayError('UPSTREAM_FAILED', message)
  }
  const group = TYPE_GROUPS.findIndex((names) => (names as readonly string[]).includes(typeName(id)))
  const later = TYPE_GROUPS.slice(group + 1).flat()
  // nothing is greater than NaN, and yet all other numbers sort after it
  const isNaN = isNumber(id) && Number.isNaN(toNumber(id))
  const same = { _id: isNaN ? { $gte: -Infinity } : { $gt: id } }
  return { $or: [same, ...(later.length > 0 ? [{ _id: { $type: later } }] : [])] } as unknown as Filter<Document>
}
