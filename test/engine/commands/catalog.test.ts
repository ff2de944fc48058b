import { BSON, type Document } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient } from '../../support/wire-client.ts'

const fixture = useEngine()
const db = () => fixture.client.db('shop')
const things = () => db().collection<Document>('things')

describe('indexes', () => {
  it.each<[string, Document, Document, Document[], Document, boolean]>([
    ['a single field', { a: 1 }, {}, [{ a: 1 }], { a: 1 }, true],
    ['another value', { a: 1 }, {}, [{ a: 1 }], { a: 2 }, false],
    ['equal numbers of other types', { a: 1 }, {}, [{ a: 1 }], { a: 1.0 }, true],
    ['all fields of a compound index', { a: 1, b: -1 }, {}, [{ a: 1, b: 1 }], { a: 1, b: 1 }, true],
    ['one field of a compound index', { a: 1, b: -1 }, {}, [{ a: 1, b: 1 }], { a: 1, b: 2 }, false],
    ['an element of an array', { a: 1 }, {}, [{ a: [1, 2] }], { a: 2 }, true],
    ['a whole array against one that holds it', { a: 1 }, {}, [{ a: [1, 2] }], { a: [[1, 2]] }, false],
    ['two missing fields', { a: 1 }, {}, [{}], {}, true],
    ['missing and null', { a: 1 }, {}, [{}], { a: null }, true],
    ['two missing fields of a sparse index', { a: 1 }, { sparse: true }, [{}], {}, false],
    [
      'documents outside a partial index',
      { a: 1 },
      { partialFilterExpression: { on: true } },
      [{ a: 1 }],
      { a: 1 },
      false,
    ],
    [
      'documents inside a partial index',
      { a: 1 },
      { partialFilterExpression: { on: true } },
      [{ a: 1, on: true }],
      { a: 1, on: true },
      true,
    ],
    ['a path through an array', { 'l.k': 1 }, {}, [{ l: [{ k: 1 }, { k: 2 }] }], { l: [{ k: 2 }] }, true],
  ])('are unique by %s', async (_, key, options, present, added, collides) => {
    await things().createIndex(key, { unique: true, ...options })
    await things().insertMany(present)
    const insert = things().insertOne(added)
    if (collides) await expect(insert).rejects.toMatchObject({ code: 11000, keyPattern: key })
    else await insert
    expect(await things().find().toArray()).toHaveLength(present.length + (collides ? 0 : 1))
  })

  it('are kept in step with updates and deletes', async () => {
    await things().createIndex({ a: 1 }, { unique: true })
    await things().insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
    ] as Document[])
    await expect(things().updateOne({ a: 1 }, { $set: { a: 2 } })).rejects.toMatchObject({ code: 11000 })
    await things().updateOne({ a: 1 }, { $set: { a: 3 } })
    await things().insertOne({ a: 1 })
    await things().deleteOne({ a: 2 })
    await things().updateOne({ a: 3 }, { $set: { a: 2 } })
    expect(
      await things()
        .find({ a: { $in: [2, 3] } })
        .toArray(),
    ).toMatchObject([{ _id: 1, a: 2 }])
  })

  it('are not built over documents that collide', async () => {
    await things().insertMany([{ a: 1 }, { a: 1 }])
    await expect(things().createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 })
    expect(await things().indexes()).toHaveLength(1)
  })

  it('refuse arrays in two fields, and then have changed nothing', async () => {
    await things().createIndex({ p: 1, q: 1 })
    await expect(things().insertOne({ p: [1, 2], q: [3, 4] })).rejects.toMatchObject({ code: 171 })
    expect(await things().estimatedDocumentCount()).toBe(0)
    await things().insertOne({ _id: 2, p: 1, q: 1 } as Document)
    await expect(things().updateOne({ _id: 2 } as Document, { $set: { p: [1], q: [1, 2] } })).resolves.toMatchObject({
      modifiedCount: 1,
    })
    await expect(things().updateOne({ _id: 2 } as Document, { $set: { p: [1, 2] } })).rejects.toMatchObject({
      code: 171,
    })
    expect(await things().find({ p: 1, q: 2 }).toArray()).toMatchObject([{ _id: 2, p: [1] }])
    await things().deleteMany({})
    expect((await db().command({ collStats: 'things' }))['size']).toBe(0)
  })

  it('are named by hints, which are refused when there is no such index', async () => {
    await things().createIndex({ a: 1 })
    await things().insertOne({ a: 1 })
    for (const hint of ['a_1', { a: 1 }, '_id_', { _id: 1 }, { $natural: 1 }]) {
      expect(
        await things()
          .find()
          .hint(hint as Document)
          .toArray(),
      ).toHaveLength(1)
    }
    const refused = { code: 2 }
    await expect(things().find().hint('nope').toArray()).rejects.toMatchObject(refused)
    await expect(
      things()
        .aggregate([], { hint: { z: 1 } })
        .toArray(),
    ).rejects.toMatchObject(refused)
    await expect(things().countDocuments({}, { hint: 'nope' })).rejects.toMatchObject(refused)
    await expect(things().updateOne({}, { $set: { b: 1 } }, { hint: 'nope' })).rejects.toMatchObject(refused)
    await expect(things().deleteOne({}, { hint: 'nope' })).rejects.toMatchObject(refused)
    await expect(db().command({ findAndModify: 'things', remove: true, hint: 'nope' })).rejects.toMatchObject(refused)
    expect(await things().findOne()).toMatchObject({ a: 1 })
  })

  it('give documents in their order, and leave the one of _id as it is', async () => {
    await things().insertMany([3, 1, 2].map((n) => ({ _id: n, n, a: -n })) as Document[])
    await things().createIndex({ a: 1 })
    const ids = async (filter: Document) => (await things().find(filter).toArray()).map((each) => each['n'] as number)
    expect(await ids({ _id: { $in: [3, 1, 2] } })).toEqual([1, 2, 3])
    expect(await ids({ a: { $in: [-1, -3, -2] } })).toEqual([3, 2, 1])
    await expect(things().createIndex({ _id: 1 }, { unique: true })).rejects.toMatchObject({ code: 197 })
  })

  it('find what a scan finds', async () => {
    const documents = Array.from({ length: 200 }, (_, i) => ({
      a: i % 7,
      b: i % 3 === 0 ? [i % 5, 'x'] : i % 5,
      c: i % 2 ? null : 1,
    }))
    await things().insertMany(documents)
    const filters: Document[] = [
      { a: 3 }, { a: 3, b: 2 }, { b: 'x' }, { b: [0, 'x'] }, { c: null }, { a: { $in: [1, 2] }, c: 1 }, { $and: [{ a: 1 }, { b: 1 }] },
      { b: { $all: ['x', 1] } }, { a: 3, $or: [{ b: 1 }, { c: 1 }] }, { a: { $gt: 3 } }, { b: /x/ },
    ] // prettier-ignore
    const scanned = await Promise.all(filters.map((filter) => things().find(filter).sort({ _id: 1 }).toArray()))
    await things().createIndexes([{ key: { a: 1, b: 1 } }, { key: { b: 1 } }, { key: { c: 1 } }])
    const indexed = await Promise.all(filters.map((filter) => things().find(filter).sort({ _id: 1 }).toArray()))
    expect(indexed).toEqual(scanned)
    expect(scanned.some((found) => found.length === 0)).toBe(false)
  })
})

describe('collections', () => {
  it('keep to the bounds of a capped one', async () => {
    await db().createCollection('log', { capped: true, size: 4096, max: 3 })
    const log = db().collection<Document>('log')
    for (let i = 0; i < 10; i++) await log.insertOne({ i })
    expect((await log.find().toArray()).map((each) => each['i'] as number)).toEqual([7, 8, 9])
    const big = 'x'.repeat(3000)
    await log.insertMany([
      { i: 10, big },
      { i: 11, big },
    ])
    expect((await log.find().toArray()).map((each) => each['i'] as number)).toEqual([11])
  })

  it('validate what is written, by level and action', async () => {
    const validator = { $jsonSchema: { required: ['n'], properties: { n: { bsonType: 'int' } } } }
    await db().createCollection('things', { validator, validationLevel: 'moderate' })
    await expect(things().insertOne({ n: 'x' })).rejects.toMatchObject({ code: 121 })
    await things().insertOne({ n: 'x', old: true }, { bypassDocumentValidation: true })
    await things().updateOne({ old: true }, { $set: { more: 1 } })
    await things().insertOne({ n: 1 })
    await expect(things().updateOne({ n: 1 }, { $set: { n: 'y' } })).rejects.toMatchObject({ code: 121 })
    await db().command({ collMod: 'things', validationAction: 'warn' })
    await things().insertOne({ n: 'z' })
  })

  it('refuse bad names, and kinds that the engine has not', async () => {
    for (const name of ['$x', 'a$b', 'system.x']) {
      await expect(db().command({ create: name })).rejects.toMatchObject({ codeName: 'InvalidNamespace' })
    }
    await expect(db().command({ create: 't', timeseries: { timeField: 't' } })).rejects.toMatchObject({
      codeName: 'CommandNotSupported',
    })
  })

  it('keep documents byte by byte: every type, order and odd names', async () => {
    const raw = { raw: true } as const
    const odd: Document = { z: 1, '': 2, 'a.b': 3 }
    Object.defineProperty(odd, '__proto__', { value: { evil: true }, enumerable: true })
    await things().insertOne(odd)
    const [bytes] = (await things().find({}, raw).toArray()) as unknown as Uint8Array[]
    expect(Buffer.from(bytes ?? []).includes('__proto__')).toBe(true)
    const [found] = await things().find().toArray()
    expect(Object.keys(found ?? {})).toEqual(['_id', 'z', '', 'a.b', '__proto__'])
  })

  it('refuse documents over 16 MiB', async () => {
    const client = await WireClient.open(fixture.engine.host, fixture.engine.port)
    const big = 'x'.repeat(16 * 1024 * 1024)
    const reply = await client.command('shop', { insert: 'things', documents: [{ big }, { _id: 1 }], ordered: false })
    expect(BSON.EJSON.serialize(reply)).toMatchObject({ n: 1, writeErrors: [{ index: 0, code: 2 }] })
    const half = big.slice(big.length / 2)
    await client.command('shop', { insert: 'things', documents: [{ _id: 2, half }] })
    const grown = await client.command('shop', {
      update: 'things',
      updates: [{ q: { _id: 2 }, u: { $set: { half2: half } } }],
    })
    expect(BSON.EJSON.serialize(grown)).toMatchObject({ n: 0, writeErrors: [{ code: 17419 }] })
    client.close()
  })
})

describe('views', () => {
  it('show what their pipeline makes of another namespace, and take no writes', async () => {
    await things().insertMany([1, 2, 3, 4].map((n) => ({ _id: n, n })) as Document[])
    await db().createCollection('large', { viewOn: 'things', pipeline: [{ $match: { n: { $gt: 2 } } }] })
    await db().createCollection('squares', {
      viewOn: 'large',
      pipeline: [{ $addFields: { square: { $multiply: ['$n', '$n'] } } }],
    })
    const squares = db().collection('squares')
    expect(await squares.find({ square: { $gt: 9 } }).toArray()).toEqual([{ _id: 4, n: 4, square: 16 }])
    expect(await squares.distinct('n')).toEqual([3, 4])
    expect(await squares.estimatedDocumentCount()).toBe(2)
    expect(await squares.aggregate([{ $match: { n: 3 } }]).toArray()).toEqual([{ _id: 3, n: 3, square: 9 }])
    await expect(squares.insertOne({})).rejects.toMatchObject({ code: 166 })
    await expect(squares.updateOne({}, { $set: { a: 1 } })).rejects.toMatchObject({ code: 166 })
    await expect(squares.deleteOne({})).rejects.toMatchObject({ code: 166 })
    await expect(squares.watch().next()).rejects.toMatchObject({ code: 166 })
    expect(await db().listCollections({ type: 'view' }).toArray()).toMatchObject([
      { name: 'large' },
      { name: 'squares' },
    ])
    await squares.drop()
    expect(await things().countDocuments()).toBe(4)
  })
})

describe('commands', () => {
  it('end at their time limit', async () => {
    await things().insertMany(Array.from({ length: 300 }, (_, i) => ({ i })))
    const squares = [{ $lookup: { from: 'things', pipeline: [{ $match: { $expr: { $gt: ['$i', -1] } } }], as: 'all' } }]
    const cubes = [...squares, { $unwind: '$all' }, ...squares, { $count: 'n' }]
    await expect(things().aggregate(cubes, { maxTimeMS: 50 }).toArray()).rejects.toMatchObject({ code: 50 })
  })

  it('refuse stages that the engine has not by name', async () => {
    const statistics = things()
      .aggregate([{ $indexStats: {} }])
      .toArray()
    await expect(statistics).rejects.toMatchObject({
      code: 40324,
      message: expect.stringContaining('$indexStats') as string,
    })
  })
})

describe('cursors', () => {
  it('give every document once, in batches', async () => {
    await things().insertMany(Array.from({ length: 500 }, (_, i) => ({ i })))
    const found = await things()
      .find()
      .batchSize(7)
      .map((each) => each['i'] as number)
      .toArray()
    expect(found).toEqual(Array.from({ length: 500 }, (_, i) => i))
    expect(fixture.engine.stats().cursors).toBe(0)
  })

  it('honour sort, skip, limit and single batches', async () => {
    await things().insertMany([3, 1, 2, 5, 4].map((i) => ({ i })))
    const found = await things().find().sort({ i: -1 }).skip(1).limit(3).batchSize(2).toArray()
    expect(found.map((each) => each['i'] as number)).toEqual([4, 3, 2])
    const { cursor } = (await db().command({ find: 'things', batchSize: 2, singleBatch: true })) as { cursor: Document }
    expect(cursor).toMatchObject({ id: 0, firstBatch: [{ i: 3 }, { i: 1 }] })
  })

  it('end when their collection is dropped, and may be killed', async () => {
    await things().insertMany(Array.from({ length: 10 }, (_, i) => ({ i })))
    const cursor = things().find().batchSize(2)
    await cursor.next()
    expect(fixture.engine.stats().cursors).toBe(1)
    await cursor.close()
    expect(fixture.engine.stats().cursors).toBe(0)
    const other = things().find().batchSize(2)
    await other.next()
    await things().drop()
    await expect(other.toArray()).rejects.toMatchObject({ code: 43 })
  })
})
