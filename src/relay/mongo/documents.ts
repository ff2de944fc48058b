import type { MongoClient } from 'mongodb'
import { LazyDocument } from '../../bson/codec/lazy-document.ts'
import { compareValues } from '../../bson/compare.ts'
import type { BsonDocument, BsonValue } from '../../bson/values.ts'
import { backoffDelayMs } from '../../util/waiting/backoff.ts'
import { sleep } from '../../util/waiting/sleep.ts'
import type { CollectionDocument, DocumentsOptions } from '../changes/change-source.ts'
import type { Deployment } from './deployment.ts'
import { diagnose } from './failures/diagnose.ts'
import type { RetryOptions } from '../changes/outage.ts'
import { type IdFilter, idsAfter } from './ids-after.ts'
import { readShardKey } from './shard-key.ts'

/** How many documents are asked for at once; a server's answer has 16 MiB at most. */
const BATCH_DOCUMENTS = 1_000

const ALL: IdFilter = { filter: {}, isExact: true }

/** See `ChangeSource.documents`: goes on after the last document, with back-off, when reading fails for a while. */
export async function* readDocuments(
  deployment: Deployment,
  options: DocumentsOptions,
  { backoff }: RetryOptions,
  signal: AbortSignal,
): AsyncGenerator<readonly CollectionDocument[], void, void> {
  let { after, limit = Infinity } = options
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const documents of readOnce(deployment.control.current(), { ...options, after, limit }, signal)) {
        signal.throwIfAborted()
        yield documents
        attempt = 0
        after = documents.at(-1)?.key.get('_id') ?? after
        limit -= documents.length
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
  { db, coll, after, asOf, limit }: DocumentsOptions & { readonly limit: number },
  signal: AbortSignal,
): AsyncGenerator<readonly CollectionDocument[], void, void> {
  if (limit <= 0) return
  const shardKey = await readShardKey(client, `${db}.${coll}`, signal)
  const { filter, isExact } = after === undefined ? ALL : idsAfter(after)
  // only a causal session has a server wait for a cluster time
  const session = client.startSession({ causalConsistency: true })
  session.advanceOperationTime(asOf)
  const cursor = client
    .db(db)
    .collection(coll)
    .find(filter, {
      sort: { _id: 1 },
      batchSize: Math.min(limit, BATCH_DOCUMENTS),
      ...(isExact && limit < Infinity ? { limit } : {}),
      // what is not with the majority may be taken back, and no change stream tells of it
      readConcern: 'majority',
      raw: true,
      session,
      signal,
    })
  try {
    let left = limit
    while (left > 0 && (await cursor.hasNext())) {
      // with `raw` they are bytes
      const bytes = cursor.readBufferedDocuments() as unknown as Uint8Array[]
      const found = bytes.map((one) => toCollectionDocument(new LazyDocument(one), shardKey))
      const documents = isExact ? found : found.filter(({ key }) => isAfter(key, after)).slice(0, left)
      left -= documents.length
      if (documents.length > 0) yield documents
    }
  } finally {
    await cursor.close()
    await session.endSession()
  }
}

function isAfter(key: BsonDocument, after: BsonValue | undefined): boolean {
  return after === undefined || compareValues(key.get('_id') ?? null, after) > 0
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
