import { encodeDocument } from '../../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../../src/bson/codec/lazy-document.ts'
import { compareValues } from '../../../../src/bson/compare.ts'
import { type BsonValue, Timestamp } from '../../../../src/bson/values.ts'
import { createBackboneOrigin } from '../../../../src/relay/backbone/backbone-origin.ts'
import { createIngester, type Ingester } from '../../../../src/relay/backbone/ingest/ingester.ts'
import type { ChangeSource, CollectionDocument, DocumentsOptions } from '../../../../src/relay/changes/change-source.ts'
import type { Origin } from '../../../../src/relay/changes/origin.ts'
import { SILENT } from '../../../../src/util/logs/logger.ts'
import { QUICK_BACKOFF } from '../../../support/quick-backoff.ts'
import { FakeBroker, type FakeClient } from '../model/fake-broker.ts'

/** Whose documents are read. */
export const OF_C = { db: 'd', coll: 'c', after: undefined, asOf: new Timestamp({ t: 7, i: 3 }) }

/** A collection in the place of MongoDB's, in the order of the `_id`s. */
export class FakeCollection {
  readonly asked: DocumentsOptions[] = []
  documents: CollectionDocument[] = []
  /** What reading it fails with, or waits for. */
  before = (_signal: AbortSignal): Promise<void> => Promise.resolve()
  /** Reads that go on, now and at most. */
  reading = 0
  most = 0

  put(ids: readonly BsonValue[], text = ''): void {
    this.documents = ids.map((_id) => documentOf(_id, text)).sort((a, b) => compareValues(idOf(a), idOf(b)))
  }

  async *read(options: DocumentsOptions, signal: AbortSignal): AsyncGenerator<readonly CollectionDocument[]> {
    const { after, limit } = options
    this.asked.push(options)
    this.most = Math.max(this.most, ++this.reading)
    try {
      await this.before(signal)
      signal.throwIfAborted()
      const rest = this.documents.filter((one) => after === undefined || compareValues(idOf(one), after) > 0)
      if (rest.length > 0) yield rest.slice(0, limit)
    } finally {
      this.reading--
    }
  }
}

interface Started {
  readonly client: FakeClient
  readonly ingester: Ingester
}

/** Ingesters that have a collection, and a relay without access to it. */
export class Rig {
  readonly broker = new FakeBroker()
  readonly collection = new FakeCollection()
  readonly ingesters: Started[] = []
  readonly #relay = createBackboneOrigin({
    broker: this.broker.client(),
    name: 'b',
    mongo: undefined,
    retry: { backoff: QUICK_BACKOFF },
  })

  /** Starts an ingester, and waits until it answers. */
  async ingest(): Promise<Started> {
    const client = this.broker.client()
    const source = { documents: (...args: Parameters<ChangeSource['documents']>) => this.collection.read(...args) }
    const ingester = createIngester({
      broker: client,
      name: 'b',
      origin: { source } as unknown as Origin,
      deploymentId: () => Promise.resolve('one'),
      limits: { replicas: 1, maxBytes: 1e9, maxAgeMs: 1e9 },
      log: SILENT,
    })
    await ingester.ready
    const started = { client, ingester }
    this.ingesters.push(started)
    return started
  }

  /** Reads all documents, batch by batch, as a relay does. */
  read(options: Partial<DocumentsOptions> = {}, signal = new AbortController().signal) {
    return this.#relay.source.documents({ ...OF_C, ...options }, signal)
  }

  /** Reads all documents, at once. */
  async readAll(options: Partial<DocumentsOptions> = {}): Promise<CollectionDocument[]> {
    const all: CollectionDocument[] = []
    for await (const documents of this.read(options)) all.push(...documents)
    return all
  }

  stop(): void {
    for (const { client, ingester } of this.ingesters.splice(0)) {
      client.kill()
      void ingester.stop()
    }
  }
}

/** The bytes of documents and their keys, to compare with. */
export function bytesOf(documents: readonly CollectionDocument[]): string[] {
  return documents.map(
    ({ key, document }) => `${encodeDocument(key).toString('hex')} ${document.bytes.toString('hex')}`,
  )
}

/** The `_id` of a document. */
export function idOf({ key }: CollectionDocument): BsonValue {
  return key.get('_id') ?? null
}

function documentOf(_id: BsonValue, text: string): CollectionDocument {
  // a shard key comes first
  const key = new Map<string, BsonValue>([
    ['shard', 'x'],
    ['_id', _id],
  ])
  const document = new Map<string, BsonValue>([
    ['_id', _id],
    ['shard', 'x'],
    ['text', text],
  ])
  return { key, document: new LazyDocument(encodeDocument(document)) }
}
