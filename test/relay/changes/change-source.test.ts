import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../src/bson/codec/encode.ts'
import { LazyDocument } from '../../../src/bson/codec/lazy-document.ts'
import { doc, Int32, toNumber } from '../../../src/bson/values.ts'
import type {
  ChangeBatch,
  ChangeSource,
  CollectionDocument,
  DocumentsOptions,
  SourceEvent,
} from '../../../src/relay/changes/change-source.ts'
import { fromTokenString } from '../../../src/relay/changes/tokens/resume-token.ts'
import { timeKey } from '../../../src/relay/changes/tokens/token-order.ts'
import type { Position } from '../../../src/relay/changes/position.ts'
import { createDeployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoOrigin } from '../../../src/relay/mongo/mongo-origin.ts'
import { createMongoSource } from '../../../src/relay/mongo/mongo-source.ts'
import { useBackbone } from '../../support/backbone.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { type DeploymentFixture, useDeployment } from '../../support/use-deployment.ts'
import { FakeSource } from '../feed/model/fake-source.ts'

/** A source, and what makes changes in what it watches. */
interface Subject {
  readonly source: ChangeSource
  readonly db: string
  emit(count: number): Promise<void>
  /** Puts documents into the collection; a source that makes no events of them does that, too. */
  put(ids: readonly number[]): Promise<void>
  close(): Promise<void>
}

const CHOSEN = { fullDocument: 'default', fullDocumentBeforeChange: 'off', showExpandedEvents: false } as const

/** What every source must do, for the feed to rely on it. */
function isSource(open: () => Promise<Subject>): void {
  /** Reads with the subject until there is enough; gives what was reported. */
  async function read(
    { source, db }: Subject,
    start: Position | 'now',
    isEnough: (event: SourceEvent) => boolean | Promise<boolean>,
  ): Promise<SourceEvent[]> {
    const reports: SourceEvent[] = []
    const aborter = new AbortController()
    for await (const event of source.watch({ scope: { db, coll: 'c' }, ...CHOSEN, start }, aborter.signal)) {
      reports.push(event)
      if (await isEnough(event)) break
    }
    return reports
  }
  const isBatch = (event: SourceEvent): event is ChangeBatch => event.type === 'batch'
  const batchesOf = (reports: readonly SourceEvent[]) => reports.filter(isBatch)
  const tokensOf = (reports: readonly SourceEvent[]) =>
    batchesOf(reports).flatMap(({ events }) => events.map(({ resumeToken }) => resumeToken))

  /** Whether so many events have come, and the word that there are no more. */
  const isQuietAfter = (count: number) => {
    let seen = 0
    return (event: SourceEvent) => isBatch(event) && (seen += event.events.length) >= count && event.events.length === 0
  }

  it('is open before all changes, which come in order, with the position that they lead to', async () => {
    await using subject = disposable(await open())
    const isQuiet = isQuietAfter(30)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') await subject.emit(30)
      return isQuiet(event)
    })
    expect(reports.map(({ type }) => type)).toEqual(['open', ...batchesOf(reports).map(() => 'batch')])
    const tokens = tokensOf(reports)
    expect(tokens).toHaveLength(30)
    expect(tokens).toEqual([...new Set(tokens)].sort())
    const positions = batchesOf(reports).map(({ position }) => position)
    expect(positions).toEqual(positions.toSorted())
    for (const { events, position } of batchesOf(reports)) {
      if (events.length > 0) expect(position).toBe(events.at(-1)?.resumeToken)
    }
    expect(String(positions.at(-1)) >= String(tokens.at(-1))).toBe(true)
  })

  it('goes on after each position that it has given, without a gap and without a duplicate', async () => {
    await using subject = disposable(await open())
    const isQuiet = isQuietAfter(12)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') await subject.emit(12)
      return isQuiet(event)
    })
    const tokens = tokensOf(reports)
    await subject.emit(1)
    for (const { position } of batchesOf(reports)) {
      const rest = tokens.filter((token) => token > position)
      const again = await read(subject, { after: fromTokenString(position) }, isQuietAfter(rest.length + 1))
      expect(tokensOf(again).slice(0, -1)).toEqual(rest)
    }
  })

  it.each([
    ['while there is more', 1],
    ['while it waits', 3],
  ])('ends with the reason of its signal: %s', async (_when, count) => {
    await using subject = disposable(await open())
    const { source, db } = subject
    const aborter = new AbortController()
    const events = source.watch({ scope: { db, coll: 'c' }, ...CHOSEN, start: 'now' }, aborter.signal)
    for (let n = 0; n < count; n++) await events.next()
    if (count === 1) aborter.abort(new Error('enough'))
    const next = events.next()
    aborter.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
  })

  it('tells a cluster time that what was acknowledged before is not later than', async () => {
    await using subject = disposable(await open())
    let time = ''
    const isQuiet = isQuietAfter(3)
    const reports = await read(subject, 'now', async (event) => {
      if (event.type === 'open') {
        await subject.emit(3)
        time = timeKey(await subject.source.operationTime(new AbortController().signal))
      }
      return isQuiet(event)
    })
    expect(time >= String(tokensOf(reports).at(-1)).slice(0, time.length)).toBe(true)
  })
}

/** What every source must do with documents. */
function hasDocuments(open: () => Promise<Subject>): void {
  const idsOf = (documents: readonly CollectionDocument[]) =>
    documents.map(({ key }) => toNumber(key.get('_id') as Int32))

  async function read(
    { source, db }: Subject,
    given: Partial<DocumentsOptions> = {},
    signal = new AbortController().signal,
  ): Promise<CollectionDocument[]> {
    const asOf = await source.operationTime(signal)
    const all: CollectionDocument[] = []
    for await (const documents of source.documents({ db, coll: 'c', after: undefined, asOf, ...given }, signal)) {
      expect(documents.length).toBeGreaterThan(0)
      all.push(...documents)
    }
    return all
  }

  it('has the documents that have been written, in the order of their keys, each as it is stored', async () => {
    await using subject = disposable(await open())
    await subject.put([3, 1, 2])
    const documents = await read(subject)
    expect(idsOf(documents)).toEqual([1, 2, 3])
    expect(documents.map(({ document }) => document.value('_id'))).toEqual([1, 2, 3].map((n) => new Int32(n)))
  })

  it('has those after a key, and none after the last one', async () => {
    await using subject = disposable(await open())
    await subject.put([1, 2, 3])
    expect(idsOf(await read(subject, { after: new Int32(1) }))).toEqual([2, 3])
    expect(await read(subject, { after: new Int32(3) })).toEqual([])
  })

  it('has no more of them than it is asked for', async () => {
    await using subject = disposable(await open())
    await subject.put([1, 2, 3])
    expect(idsOf(await read(subject, { limit: 2 }))).toEqual([1, 2])
    expect(idsOf(await read(subject, { limit: 3 }))).toEqual([1, 2, 3])
  })

  it('has none of a collection that there is not', async () => {
    await using subject = disposable(await open())
    expect(await read(subject)).toEqual([])
  })

  it('gives none after its signal, but the reason', async () => {
    await using subject = disposable(await open())
    await subject.put([1, 2, 3])
    const aborter = new AbortController()
    const asOf = await subject.source.operationTime(aborter.signal)
    const options = { db: subject.db, coll: 'c', after: undefined, asOf }
    aborter.abort(new Error('enough'))
    await expect(subject.source.documents(options, aborter.signal).next()).rejects.toThrow('enough')
  })
}

function disposable(subject: Subject): Subject & AsyncDisposable {
  return { ...subject, [Symbol.asyncDispose]: () => subject.close() }
}

describe('a source that stands for one in tests', () => {
  const open = async () => {
    const source = new FakeSource()
    return {
      source,
      db: 'd',
      emit: async (count: number) => {
        for (let n = 0; n < count; n++) source.emit('insert')
      },
      put: async (ids: readonly number[]) => {
        source.batches = ids.toSorted().map((n) => {
          const key = doc({ _id: new Int32(n) })
          return [{ key, document: new LazyDocument(encodeDocument(key)) }]
        })
      },
      close: async () => expect(source.open).toBe(0),
    }
  }
  isSource(open)
  hasDocuments(open)
})

describe('a deployment as a source', () => {
  const at = useDeployment()
  const open = async () => {
    const deployment = createDeployment({ uri: at.uri, maxAwaitTimeMs: 20 })
    return { source: createMongoSource(deployment), ...writing(at), close: () => deployment.close() }
  }
  isSource(open)
  hasDocuments(open)
})

describe.runIf(hasNatsServer).each([
  ['with access to MongoDB', true],
  ['without access to MongoDB', false],
])('a backbone as a source, %s', (_how, hasMongo) => {
  const at = useDeployment()
  const backbone = useBackbone()
  const open = async () => {
    const ingester = await backbone.ingest({ mongoUri: at.uri })
    const mongo = hasMongo ? createMongoOrigin(createDeployment({ uri: at.uri, maxAwaitTimeMs: 20 })) : undefined
    const origin = backbone.origin(mongo)
    return {
      source: origin.source,
      ...writing(at),
      async close() {
        await origin.close()
        await ingester.stop()
      },
    }
  }
  isSource(open)
  hasDocuments(open)
})

function writing({ client, db }: DeploymentFixture): Pick<Subject, 'db' | 'emit' | 'put'> {
  return {
    db,
    emit: async (count) => {
      await client
        .db(db)
        .collection('c')
        .insertMany(Array.from({ length: count }, () => ({})))
    },
    put: async (ids) => {
      await client
        .db(db)
        .collection<{ _id: number }>('c')
        .insertMany(ids.map((_id) => ({ _id })))
    },
  }
}
