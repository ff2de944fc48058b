import { Binary, Decimal128, Double, EJSON, Int32, Long, ObjectId, Timestamp } from 'bson'
import { describe, expect, it, vi } from 'vitest'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

describe.each([webSocket, eventStream])('a subscription over $name', (transport) => {
  const at = useRelay()
  const coll = (name = 'c') =>
    at.deployment.client.db(at.db).collection<{ _id?: unknown; [key: string]: unknown }>(name)

  it('delivers each change in order, with its fields and the whole event', async () => {
    const changes = await at.subscribe(transport)
    const { insertedId: _id } = await coll().insertOne({ a: 1 })
    await coll().updateOne({ _id }, { $set: { b: 2 }, $unset: { a: '' } })
    await coll().replaceOne({ _id }, { c: 3 })
    await coll().deleteOne({ _id })

    const [insert, update, replace, remove] = await changes.take(4)
    const id = { $oid: String(_id) }
    const ns = { db: at.db, coll: 'c' }
    expect(insert).toMatchObject({
      operationType: 'insert',
      ns,
      documentKey: { _id: id },
      fullDocument: { _id: id, a: 1 },
    })
    expect(insert?.json).toMatchObject({ operationType: 'insert', ns, fullDocument: { _id: id, a: 1 } })
    expect(insert?.clusterTime).toEqual({ $timestamp: { t: expect.any(Number), i: expect.any(Number) } })
    expect(insert?.resumeToken).toMatch(/^[0-9A-F]+$/)
    expect(update).toMatchObject({
      operationType: 'update',
      fullDocument: null,
      updateDescription: { updatedFields: { b: 2 }, removedFields: ['a'] },
    })
    expect(replace).toMatchObject({ operationType: 'replace', fullDocument: { _id: id, c: 3 } })
    expect(remove).toMatchObject({ operationType: 'delete', documentKey: { _id: id }, fullDocument: null })
    expect(new Set(changes.changes.map(({ resumeToken }) => resumeToken)).size).toBe(4)
  })

  it('starts now when nothing else is said', async () => {
    await coll().insertOne({ n: 'before' })
    const changes = await at.subscribe(transport, { last: 0 })
    // nobody tells a client that its subscription has begun: write until it shows
    await vi.waitFor(async () => {
      await coll().insertOne({ n: 'after' })
      expect(changes.changes).not.toEqual([])
    })
    expect(changes.changes[0]?.fullDocument).toMatchObject({ n: 'after' })
  })

  it('starts with the last changes that the relay remembers, whatever images it asks for', async () => {
    const coll = () => at.deployment.client.db(at.db).collection<{ _id: number }>('default')
    await coll().insertOne({ _id: 1 })
    await coll().insertOne({ _id: 2 })
    await coll().updateOne({ _id: 1 }, { $set: { b: 2 } })
    const asked = { coll: 'default', last: 2, fullDocument: 'UPDATE_LOOKUP' } as const
    const changes = await at.subscribe(transport, asked)
    await changes.take(2)
    await coll().deleteOne({ _id: 1 })
    const seen = (await changes.take(3)).map(({ operationType, fullDocument }) => [operationType, fullDocument])
    expect(seen).toEqual([
      ['insert', { _id: 2 }],
      ['update', { _id: 1, b: 2 }],
      ['delete', null],
    ])
  })

  it('watches a database, and the deployment', async () => {
    const database = await at.subscribe(transport, { coll: null })
    const deployment = await at.subscribe(transport, { db: null, coll: null, where: { 'ns.db': at.db } })
    await coll('one').insertOne({})
    await coll('two').insertOne({})
    for (const changes of [await database.take(2), await deployment.take(2)]) {
      expect(changes.map(({ ns }) => ns?.coll)).toEqual(['one', 'two'])
    }
  })

  it('goes on after the collection is dropped and made again', async () => {
    const changes = await at.subscribe(transport)
    await coll().insertOne({ n: 1 })
    await coll().drop()
    await coll().insertOne({ n: 2 })
    const types = (await changes.take(4)).map(({ operationType }) => operationType)
    expect(types).toEqual(['insert', 'drop', 'invalidate', 'insert'])
  })

  it('continues after a token: nothing missed, nothing twice', async () => {
    const first = await at.subscribe(transport)
    await coll().insertMany([{ n: 1 }, { n: 2 }, { n: 3 }])
    await first.take(3)
    first.stop()
    await coll().insertOne({ n: 4 })
    const second = await at.subscribe(transport, { startAfter: first.changes[1]?.resumeToken ?? '' })
    await coll().insertOne({ n: 5 })
    expect((await second.take(3)).map(({ fullDocument }) => fullDocument)).toMatchObject([{ n: 3 }, { n: 4 }, { n: 5 }])
  })

  it('continues after the token of a document with a long key, which is short, and remembers it', async () => {
    const first = await at.subscribe(transport, { coll: 'default' })
    await at.deployment.client
      .db(at.db)
      .collection<{ _id: string | number }>('default')
      .insertMany([{ _id: 'x'.repeat(10_000) }, { _id: 2 }])
    const [long] = await first.take(2)
    expect(long?.resumeToken.length).toBeLessThan(1_000)
    const second = await at.subscribe(transport, { coll: 'default', startAfter: long?.resumeToken ?? '' })
    expect((await second.take(1))[0]?.documentKey).toEqual({ _id: 2 })
    await vi.waitFor(async () => {
      const remembered = await at.subscribe(transport, { coll: 'default', last: 1 })
      expect((await remembered.take(1))[0]?.documentKey).toEqual({ _id: 2 })
    })
  })

  it('continues after the token of an invalidate event', async () => {
    const first = await at.subscribe(transport, { operationTypes: ['invalidate'] })
    await coll().insertOne({ n: 1 })
    await coll().drop()
    const [invalidate] = await first.take(1)
    const second = await at.subscribe(transport, { startAfter: invalidate?.resumeToken ?? '' })
    await coll().insertOne({ n: 2 })
    expect((await second.take(1))[0]?.fullDocument).toMatchObject({ n: 2 })
  })

  it('delivers what the filters let through, and takes a token of another filter', async () => {
    const odd = await at.subscribe(transport, {
      operationTypes: ['insert'],
      where: { 'fullDocument.n': { $in: [1, 3] } },
    })
    await coll().insertMany([{ n: 1 }, { n: 2 }, { n: 3 }])
    await coll().updateOne({ n: 1 }, { $set: { n: 3 } })
    await coll().insertOne({ n: 3 })
    expect((await odd.take(3)).map(({ json }) => json)).toMatchObject([1, 3, 3].map((n) => ({ fullDocument: { n } })))
    const updates = await at.subscribe(transport, {
      startAfter: odd.changes[0]?.resumeToken ?? '',
      where: { 'updateDescription.updatedFields.n': { $gte: 3 } },
    })
    expect((await updates.take(1))[0]?.operationType).toBe('update')
  })

  it('looks up the document of an update when asked to', async () => {
    const changes = await at.subscribe(transport, { fullDocument: 'UPDATE_LOOKUP', operationTypes: ['update'] })
    await coll().insertOne({ n: 1 })
    await coll().updateOne({}, { $set: { m: 2 } })
    expect((await changes.take(1))[0]?.fullDocument).toMatchObject({ n: 1, m: 2 })
  })

  it('delivers images where the collection records them', async () => {
    const db = at.deployment.client.db(at.db)
    await db.createCollection('c', { changeStreamPreAndPostImages: { enabled: true } })
    const changes = await at.subscribe(transport, {
      fullDocument: 'REQUIRED',
      fullDocumentBeforeChange: 'REQUIRED',
      operationTypes: ['update'],
    })
    await coll().insertOne({ n: 1 })
    await coll().updateOne({}, { $set: { n: 2 } })
    const [update] = await changes.take(1)
    expect(update).toMatchObject({ fullDocument: { n: 2 }, fullDocumentBeforeChange: { n: 1 } })
  })

  it('keeps every BSON type in the canonical form, and numbers plain in the relaxed one', async () => {
    const document = {
      _id: new ObjectId(),
      int: new Int32(1),
      long: Long.fromNumber(2),
      big: Long.fromString('9007199254740993'),
      double: new Double(3),
      decimal: new Decimal128('0.10'),
      date: new Date(0),
      binary: new Binary(Buffer.from('x')),
      timestamp: new Timestamp({ t: 1, i: 2 }),
      regex: /a/i,
      ref: { $ref: 'db.coll', $id: new Int32(1) },
      nothing: null,
      list: [true, 'text'],
    }
    const canonical = await at.subscribe(transport, { format: 'CANONICAL' })
    const relaxed = await at.subscribe(transport)
    await coll().insertOne(document)
    expect((await canonical.take(1))[0]?.fullDocument).toEqual(EJSON.serialize(document, { relaxed: false }))
    expect((await relaxed.take(1))[0]?.fullDocument).toMatchObject({
      int: 1,
      long: 2,
      big: { $numberLong: '9007199254740993' },
      double: 3,
      decimal: { $numberDecimal: '0.10' },
      date: { $date: '1970-01-01T00:00:00Z' },
    })
  })

  it('carries a hostile document as it is', async () => {
    const changes = await at.subscribe(transport)
    const text = '{"__proto__": {"a": 1}, "constructor": {"$where": "1", "a.b": 2}, "": "<img onerror=1>\\u2028"}'
    await coll().insertOne(JSON.parse(text))
    const [insert] = await changes.take(1)
    const { _id, ...rest } = insert?.fullDocument as Record<string, unknown>
    expect(_id).toBeDefined()
    expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(text)))
  })

  it('starts with the last changes of the default namespace, without gap or duplicate', async () => {
    const watched = await at.subscribe(transport, { coll: 'default' })
    await coll('default').insertMany([1, 2, 3, 4].map((n) => ({ n })))
    await watched.take(4)
    // the relay's own watcher is another reader, and may be a moment behind
    const changes = await vi.waitFor(async () => {
      const attempt = await at.subscribe(transport, { coll: 'default', last: 2 })
      const [first] = await attempt.take(2)
      if (JSON.stringify(first?.fullDocument).includes('"n":3')) return attempt
      throw new Error('Not remembered yet')
    })
    await coll('default').insertOne({ n: 5 })
    expect((await changes.take(3)).map(({ fullDocument }) => fullDocument)).toMatchObject([
      { n: 3 },
      { n: 4 },
      { n: 5 },
    ])
  })

  it('remembers the last changes of a namespace that had a subscriber a moment ago', async () => {
    const first = await at.subscribe(transport, { last: 5 })
    await vi.waitFor(async () => {
      await coll().insertOne({ n: 1 })
      expect(first.changes).not.toEqual([])
    })
    first.stop()
    const second = await at.subscribe(transport, { last: 1 })
    expect((await second.take(1))[0]?.fullDocument).toMatchObject({ n: 1 })
  })

  it('gives the last n and no more after a time without subscribers', async () => {
    const first = await at.subscribe(transport)
    await coll().insertOne({ n: 0 })
    await first.take(1)
    first.stop()
    await coll().insertMany(Array.from({ length: 100 }, (_, n) => ({ n: n + 1 })))
    const second = await at.subscribe(transport, { last: 2 })
    expect((await second.take(2)).map(({ fullDocument }) => fullDocument)).toMatchObject([{ n: 99 }, { n: 100 }])
  })

  it('remembers the last changes of a namespace whose subscriber started at a token', async () => {
    // by the driver, so that the relay has not heard of the namespace before
    const stream = coll().watch()
    await stream.tryNext()
    await coll().insertOne({})
    const { _data } = (await stream.next())._id as { readonly _data: string }
    await stream.close()
    const first = await at.subscribe(transport, { startAfter: _data })
    await coll().insertMany([{ n: 1 }, { n: 2 }])
    await first.take(2)
    // what is remembered begins a moment after the subscription: write until it shows
    await vi.waitFor(async () => {
      await coll().insertOne({ n: 3 })
      const attempt = await at.subscribe(transport, { last: 1 })
      await vi.waitFor(() => expect(attempt.changes).not.toEqual([]), { timeout: 200 })
    })
  })

  it('ends with SHUTTING_DOWN and the token to continue from when the relay stops', async () => {
    const changes = await at.subscribe(transport)
    await coll().insertOne({ n: 1 })
    const [insert] = await changes.take(1)
    await at.relay.stop()
    const { extensions } = await changes.failure()
    expect(extensions?.['code']).toBe('SHUTTING_DOWN')
    expect(extensions?.['resumeToken']).toEqual(expect.stringMatching(/^[0-9A-F]+$/))
    expect(String(extensions?.['resumeToken']) >= String(insert?.resumeToken)).toBe(true)
    await changes.ended()
    await expect.poll(() => at.deployment.openCursors()).toBe(0)
  })
})

describe.each([webSocket, eventStream])(
  'a subscription over $name to a change stream that does not linger',
  (transport) => {
    // a getMore that waits longer than any test does: whoever waited for its end would never come to one
    const at = useRelay(() => ({ lingerMs: 0, maxAwaitTimeMs: 600_000 }))
    const coll = () => at.deployment.client.db(at.db).collection('c')

    it('closes its cursor at once when the last one is unsubscribed', async () => {
      const before = await at.deployment.openCursors()
      const changes = await at.subscribe(transport)
      await coll().insertOne({})
      await changes.take(1)
      // the one that led to the shared one may still be closing
      await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before + 1))
      changes.stop()
      await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before), { interval: 5 })
    })

    it('leaves no cursor behind when it is unsubscribed while it starts', async () => {
      const before = await at.deployment.openCursors()
      for (let count = 0; count < 20; count++) (await at.subscribe(transport)).stop()
      const last = await at.subscribe(transport)
      await coll().insertOne({})
      await last.take(1)
      await vi.waitFor(async () => expect(await at.deployment.openCursors()).toBe(before + 1))
    })
  },
)
