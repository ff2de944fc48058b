import type { ChangeStream, ChangeStreamDocument, ChangeStreamOptions, Document, Timestamp } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { useEngine } from '../../support/engine.ts'

const fixture = useEngine({ oplogBytes: 20_000 })

function collection() {
  return fixture.client.db('shop').collection<Document & { _id: number }>('orders')
}

async function operationTime(): Promise<Timestamp> {
  return ((await fixture.client.db('shop').command({ ping: 1 })) as { operationTime: Timestamp }).operationTime
}

/** Opens a stream from the present moment on. */
async function open(
  target: { watch(pipeline: Document[], options: ChangeStreamOptions): ChangeStream },
  options: ChangeStreamOptions = {},
): Promise<ChangeStream> {
  // a short wait, because opening takes one
  const stream = target.watch([], { maxAwaitTimeMS: 10, ...options })
  expect(await stream.tryNext()).toBeNull()
  return stream
}

async function take(stream: ChangeStream, count: number): Promise<ChangeStreamDocument[]> {
  const events: ChangeStreamDocument[] = []
  while (events.length < count) events.push(await stream.next())
  return events
}

const types = (events: readonly ChangeStreamDocument[]) => events.map((event) => event.operationType)

describe('change streams', () => {
  it('shows inserts, updates, replacements and deletes in their order', async () => {
    const stream = await open(collection())
    await collection().insertOne({ _id: 1, a: 1, b: { c: 1 } })
    await collection().updateOne({ _id: 1 }, { $set: { 'b.c': 2 }, $unset: { a: '' } })
    await collection().replaceOne({ _id: 1 }, { z: 1 })
    await collection().deleteOne({ _id: 1 })
    expect(await take(stream, 4)).toMatchObject([
      { operationType: 'insert', fullDocument: { _id: 1, a: 1, b: { c: 1 } }, documentKey: { _id: 1 } },
      {
        operationType: 'update',
        updateDescription: { updatedFields: { 'b.c': 2 }, removedFields: ['a'], truncatedArrays: [] },
      },
      { operationType: 'replace', fullDocument: { _id: 1, z: 1 } },
      { operationType: 'delete', documentKey: { _id: 1 }, ns: { db: 'shop', coll: 'orders' } },
    ])
    await stream.close()
  })

  it('orders its resume tokens as strings', async () => {
    const stream = await open(fixture.client)
    await collection().insertMany(Array.from({ length: 50 }, (_, i) => ({ _id: i * 7 - 100 })))
    await fixture.client.db('other').collection('x').insertOne({})
    const tokens = (await take(stream, 51)).map((event) => (event._id as { _data: string })._data)
    expect(tokens).toEqual([...tokens].sort())
    expect(new Set(tokens).size).toBe(51)
    await stream.close()
  })

  it('wakes a waiting getMore at once, for the events of its own scope only', async () => {
    const stream = collection().watch([], { startAtOperationTime: await operationTime(), maxAwaitTimeMS: 60_000 })
    const next = stream.next()
    await fixture.client.db('shop').collection('other').insertOne({})
    await collection().insertOne({ _id: 1 })
    // waiting for longer would run into the test's own limit
    expect(await next).toMatchObject({ documentKey: { _id: 1 } })
    await stream.close()
  })

  it('ends a waiting getMore when its cursor is killed', async () => {
    const { cursorId } = await fixture.client
      .db('shop')
      .command({ aggregate: 'orders', pipeline: [{ $changeStream: {} }], cursor: {} })
      .then(({ cursor }: Document) => ({ cursorId: (cursor as { id: unknown }).id }))
    const waiting = fixture.client.db('shop').command({ getMore: cursorId, collection: 'orders', maxTimeMS: 60_000 })
    const outcome = expect(waiting).rejects.toMatchObject({ codeName: 'CursorKilled' })
    await vi.waitFor(async () => {
      const { cursorsKilled } = await fixture
        .connect()
        .db('shop')
        .command({ killCursors: 'orders', cursors: [cursorId] })
      expect(cursorsKilled).toHaveLength(1)
    })
    await outcome
  })

  it.each(['resumeAfter', 'startAfter'] as const)('continues %s an event', async (option) => {
    const stream = await open(collection())
    await collection().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    const [first] = await take(stream, 1)
    await stream.close()
    const resumed = collection().watch([], { [option]: first?._id })
    expect(await take(resumed, 2)).toMatchObject([{ documentKey: { _id: 2 } }, { documentKey: { _id: 3 } }])
    await resumed.close()
  })

  it('starts at an operation time, also one in the future', async () => {
    const start = await operationTime()
    await collection().insertOne({ _id: 1 })
    const stream = collection().watch([], { startAtOperationTime: start })
    expect(await take(stream, 1)).toMatchObject([{ documentKey: { _id: 1 } }])
    await stream.close()
    const { Timestamp } = await import('mongodb')
    const later = await open(collection(), {
      startAtOperationTime: new Timestamp({ t: 4_000_000_000, i: 1 }),
      maxAwaitTimeMS: 10,
    })
    await collection().insertOne({ _id: 2 })
    expect(await later.tryNext()).toBeNull()
    await later.close()
  })

  it('tells that the history no longer reaches back', async () => {
    const stream = await open(collection())
    await collection().insertOne({ _id: 0 })
    const [event] = await take(stream, 1)
    await stream.close()
    for (let i = 1; i < 50; i++) await collection().insertOne({ _id: i, pad: 'x'.repeat(1000) })
    const resumed = collection().watch([], { resumeAfter: event?._id })
    await expect(resumed.next()).rejects.toMatchObject({ code: 286, codeName: 'ChangeStreamHistoryLost' })
    await resumed.close()
  })

  it('moves the post-batch token on while nothing matches, so that a quiet stream stays resumable', async () => {
    const quiet = await open(fixture.client.db('shop').collection('quiet'), { maxAwaitTimeMS: 10 })
    for (let i = 0; i < 50; i++) {
      await collection().insertOne({ _id: i, pad: 'x'.repeat(1000) })
      expect(await quiet.tryNext()).toBeNull()
    }
    const token = quiet.resumeToken
    await quiet.close()
    await fixture.client.db('shop').collection<{ _id: number }>('quiet').insertOne({ _id: 1 })
    const resumed = fixture.client.db('shop').collection('quiet').watch([], { resumeAfter: token })
    expect(await take(resumed, 1)).toMatchObject([{ documentKey: { _id: 1 } }])
    await resumed.close()
  })

  it('refuses a token of another collection once an event proves that it is foreign', async () => {
    const stream = await open(collection())
    await collection().insertOne({ _id: 1 })
    const [event] = await take(stream, 1)
    await stream.close()
    const foreign = fixture.client
      .db('shop')
      .collection('other')
      .watch([], { resumeAfter: event?._id, maxAwaitTimeMS: 10 })
    expect(await foreign.tryNext()).toBeNull()
    await fixture.client.db('shop').collection('other').insertOne({})
    await expect(foreign.next()).rejects.toMatchObject({ code: 280, codeName: 'ChangeStreamFatalError' })
    await foreign.close()
  })

  it('ends with drop and invalidate, and continues after it with startAfter only', async () => {
    await collection().insertOne({ _id: 1 })
    const stream = await open(collection())
    await collection().drop()
    const events = await take(stream, 2)
    expect(types(events)).toEqual(['drop', 'invalidate'])
    await stream.close()
    const token = events[1]?._id
    const refused = collection().watch([], { resumeAfter: token })
    await expect(refused.next()).rejects.toMatchObject({ code: 260 })
    await refused.close()
    await collection().insertOne({ _id: 2 })
    const resumed = collection().watch([], { startAfter: token })
    expect(await take(resumed, 1)).toMatchObject([{ operationType: 'insert', documentKey: { _id: 2 } }])
    await resumed.close()
  })

  it('looks up the current document, and shows recorded images', async () => {
    const db = fixture.client.db('shop')
    await db.createCollection('orders', { changeStreamPreAndPostImages: { enabled: true } })
    await collection().insertOne({ _id: 1, n: 1 })
    const images = await open(collection(), { fullDocument: 'required', fullDocumentBeforeChange: 'required' })
    const lookup = await open(collection(), { fullDocument: 'updateLookup' })
    await collection().updateOne({ _id: 1 }, { $set: { n: 2 } })
    await collection().updateOne({ _id: 1 }, { $set: { n: 3 } })
    await collection().deleteOne({ _id: 1 })
    expect(await take(images, 3)).toMatchObject([
      { fullDocumentBeforeChange: { n: 1 }, fullDocument: { n: 2 } },
      { fullDocumentBeforeChange: { n: 2 }, fullDocument: { n: 3 } },
      { operationType: 'delete', fullDocumentBeforeChange: { n: 3 } },
    ])
    expect(await take(lookup, 2)).toMatchObject([{ fullDocument: null }, { fullDocument: null }])
    await images.close()
    await lookup.close()
  })

  it('gives null for an image that was not recorded, and fails where it is required', async () => {
    await collection().insertOne({ _id: 1, n: 1 })
    const available = await open(collection(), {
      fullDocument: 'whenAvailable',
      fullDocumentBeforeChange: 'whenAvailable',
    })
    const required = await open(collection(), { fullDocumentBeforeChange: 'required' })
    await collection().updateOne({ _id: 1 }, { $set: { n: 2 } })
    expect(await take(available, 1)).toMatchObject([{ fullDocument: null, fullDocumentBeforeChange: null }])
    await expect(required.next()).rejects.toMatchObject({ code: 47, codeName: 'NoMatchingDocument' })
    // and goes on after it
    const after = await open(collection(), { fullDocumentBeforeChange: 'required', startAfter: available.resumeToken })
    await collection().insertOne({ _id: 2, n: 3 })
    expect(await take(after, 1)).toMatchObject([{ operationType: 'insert' }])
    await after.close()
    await available.close()
    await required.close()
  })

  it('shows catalog changes with showExpandedEvents', async () => {
    const db = fixture.client.db('shop')
    const stream = await open(db, { showExpandedEvents: true })
    await db.createCollection('orders')
    await collection().createIndex({ a: 1 })
    await collection().insertOne({ _id: 1, a: { 1: 1 } })
    await collection().updateOne({ _id: 1 }, { $set: { 'a.1': 2 } })
    await collection().dropIndex('a_1')
    await collection().rename('old')
    const events = await take(stream, 6)
    expect(types(events)).toEqual(['create', 'createIndexes', 'insert', 'update', 'dropIndexes', 'rename'])
    expect(events[0]).toMatchObject({ operationDescription: { idIndex: { name: '_id_' } } })
    expect(events[3]).toMatchObject({ updateDescription: { disambiguatedPaths: { 'a.1': ['a', '1'] } } })
    expect(events[5]).toMatchObject({ to: { db: 'shop', coll: 'old' } })
    await stream.close()
  })

  it('shows a transaction’s events together when it commits, and none of one that aborts', async () => {
    await fixture.client.db('shop').createCollection('orders')
    const stream = await open(collection(), { maxAwaitTimeMS: 10 })
    const session = fixture.client.startSession()
    session.startTransaction()
    await collection().insertOne({ _id: 1 }, { session })
    await collection().updateOne({ _id: 1 }, { $set: { n: 1 } }, { session })
    expect(await stream.tryNext()).toBeNull()
    await session.commitTransaction()
    session.startTransaction()
    await collection().insertOne({ _id: 2 }, { session })
    await session.abortTransaction()
    await session.endSession()
    const events = await take(stream, 2)
    expect(types(events)).toEqual(['insert', 'update'])
    expect(events[0]?.clusterTime).toEqual(events[1]?.clusterTime)
    expect(events[0]).toMatchObject({ lsid: { id: session.id?.id } })
    expect(await stream.tryNext()).toBeNull()
    await stream.close()
  })
})
