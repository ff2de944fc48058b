import { Binary, type Db, type Document, MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Engine, startEngine } from '../../src/engine/engine.ts'
import { useEngine } from '../support/engine.ts'

/** What each operation may take, by `maxTimeMS`. */
const LIMIT_MS = 100
/** Far beyond what looking at the clock too rarely costs, on a busy machine too; far below what the work would take. */
const PATIENCE_MS = 20_000

const LIST = Array.from({ length: 200_000 }, (_, i) => i ^ 0x2a)
const TEXT = 'aé'.repeat(2_000_000)

// each is cheap to write, close to what a document may be, and asked for each of a million documents
const CONSUMERS: Readonly<Record<string, unknown>> = {
  'sums of extreme decimals': { $add: [{ $toDecimal: '1E+6111' }, { $toDecimal: '1E-6176' }, { $toDecimal: '3' }] },
  'products of decimals': { $multiply: Array.from({ length: 500 }, () => ({ $toDecimal: '1234567890.123456789' })) },
  'powers of decimals': { $pow: [{ $toDecimal: '1.234567890123456789' }, 6143] },
  'remainders of decimals': { $mod: [{ $toDecimal: '9E+6111' }, { $toDecimal: '7E-6176' }] },
  'sorted arrays': { $first: { $sortArray: { input: '$list', sortBy: -1 } } },
  'parts of arrays': { $size: { $slice: ['$list', 1, 190_000] } },
  'searches in arrays': { $in: [-1, '$list'] },
  'comparisons of arrays': { $eq: ['$list', '$same.list'] },
  'comparisons of texts': { $eq: ['$text', '$same.text'] },
  'comparisons of binaries': { $eq: ['$bytes', '$same.bytes'] },
  'sizes of documents': { $bsonSize: '$$ROOT' },
  'sizes of texts': { $binarySize: '$text' },
  'merged documents': { $type: { $mergeObjects: ['$wide', '$wide'] } },
  'changed documents': { $type: { $setField: { field: 'x', input: '$wide', value: 1 } } },
  'documents of arrays': { $type: { $arrayToObject: '$pairs' } },
  'numbers of texts': { $convert: { input: '$text', to: 'double', onError: 0 } },
  'decimals of texts': { $convert: { input: '$digits', to: 'decimal', onError: 0 } },
  'ids of texts': { $convert: { input: '$text', to: 'objectId', onError: 0 } },
  'dates of texts': { $convert: { input: '$digits', to: 'date', onError: 0 } },
  'dates as texts': { $binarySize: { $dateToString: { date: '$$NOW', format: '%Y'.repeat(200_000) } } },
  'paths through arrays': '$items.a.b',
  lists: { $size: [Array.from({ length: 50_000 }, () => '$i')] },
  choices: { $switch: { branches: Array.from({ length: 20_000 }, () => ({ case: '$no', then: 1 })), default: 0 } },
}

const FILTERS: Readonly<Record<string, Document>> = {
  'searches for many values': { list: { $in: LIST.slice(0, 50_000).map((i) => -i - 1) } },
  'all of many values': { list: { $all: LIST.slice(0, 20_000) } },
  'elements that match': { items: { $elemMatch: { a: { $exists: false } } } },
  'regular expressions': { text: /x$/ },
  'bits of binaries': { bytes: { $bitsAllSet: Array.from({ length: 20_000 }, (_, i) => i) } },
  'schemas of unique items': { $jsonSchema: { properties: { list: { uniqueItems: true } } } },
  'schemas of texts': { $jsonSchema: { properties: { text: { maxLength: 1 } } } },
  'many conditions': { $nor: Array.from({ length: 20_000 }, (_, i) => ({ 'same.i': -1 - i })) },
}

const GROUPS: Readonly<Record<string, Document[]>> = {
  'groups by large keys': [{ $unwind: '$list' }, { $group: { _id: '$text' } }],
  'lists of groups': [{ $unwind: '$list' }, { $group: { _id: null, all: { $push: '$list' } } }],
  'sets of groups': [{ $unwind: '$list' }, { $group: { _id: null, all: { $addToSet: { a: '$list', t: '$text' } } } }],
  'the last of groups': [
    { $unwind: '$list' },
    { $group: { _id: null, all: { $bottomN: { n: 1_000_000, sortBy: { list: -1 }, output: '$list' } } } },
  ],
  'the least of groups': [
    { $unwind: '$list' },
    { $group: { _id: null, all: { $minN: { n: 1_000_000, input: '$list' } } } },
  ],
  sorts: [{ $unwind: '$list' }, { $sort: { text: 1, list: -1 } }],
  'joins of joins': [
    { $unwind: '$list' },
    { $lookup: { from: 'many', localField: 'same', foreignField: 'same', as: 'l' } },
    { $unwind: '$l' },
    { $lookup: { from: 'many', localField: 'same', foreignField: 'same', as: 'm' } },
    { $unwind: '$m' },
    { $count: 'n' },
  ],
}

const UPDATES: Readonly<Record<string, Document>> = {
  'sorting pushes': { $push: { list: { $each: [1], $sort: -1 } } },
  'additions to a set': { $addToSet: { list: { $each: LIST.slice(0, 50_000) } } },
  pulls: { $pull: { list: { $in: LIST.slice(0, 50_000) } } },
}

describe('an operation that is expensive ends, and others have their turn after it:', () => {
  let engine: Engine
  let client: MongoClient
  const db = () => client.db('test')
  const things = () => db().collection<Document>('things')
  const parts = { list: LIST, text: TEXT, bytes: new Binary(Buffer.alloc(1_000_000)) }

  async function insertThing(into: Db): Promise<void> {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i}`, i]))
    const pairs = Object.entries(wide).slice(0, 5_000)
    const items = Array.from({ length: 10_000 }, () => ({ a: { b: 1 } }))
    const shared = { wide, pairs, items, digits: '1'.repeat(1_000_000), i: 1 }
    await into.collection<Document>('things').insertOne({ _id: 1, ...parts, ...shared, same: 1 } as Document)
  }

  // one engine for all: what reads leaves the data as they are. Clients, which may connect anew at any time, are a
  // test's own
  beforeAll(async () => {
    engine = await startEngine()
    const first = await new MongoClient(engine.uri).connect()
    await insertThing(first.db('test'))
    await first
      .db('test')
      .collection<Document>('twin')
      .insertOne({ _id: 1, ...parts } as Document)
    await first
      .db('test')
      .collection('many')
      .insertMany(Array.from({ length: 2_000 }, (_, i) => ({ i, same: 1 })))
    await first.close()
  })
  afterAll(() => engine.stop())
  beforeEach(() => {
    client = new MongoClient(engine.uri)
  })
  afterEach(() => client.close())

  /** Runs an operation; gives the code it failed with, 0 for none, once it took no longer than it may. */
  async function outcome(run: () => Promise<unknown>): Promise<unknown> {
    const startMs = performance.now()
    const code = await run().then(
      () => 0,
      (error: unknown) => (error as { code?: unknown }).code,
    )
    expect(performance.now() - startMs).toBeLessThan(PATIENCE_MS)
    expect(await db().command({ ping: 1 })).toMatchObject({ ok: 1 })
    return code
  }

  // a million documents that share the values of two
  const thousand = Array.from({ length: 1_000 }, (_, i) => i)
  const MILLION = [
    { $lookup: { from: 'twin', localField: '_id', foreignField: '_id', as: 'same' } },
    { $addFields: { same: { $first: '$same' }, i: { $literal: thousand }, j: { $literal: thousand } } },
    { $unwind: '$i' },
    { $unwind: '$j' },
  ]

  it.each(Object.entries(CONSUMERS))('%s', async (_, expression) => {
    const pipeline = [...MILLION, { $match: { $expr: { $eq: [expression, 'not that'] } } }]
    const code = await outcome(() => things().aggregate(pipeline, { maxTimeMS: LIMIT_MS }).toArray())
    // out of time, or of memory
    expect([50, 146, 10334]).toContain(code)
  })

  it.each(Object.entries(FILTERS))('%s', async (_, filter) => {
    const pipeline = [...MILLION, { $match: filter }, { $group: { _id: null, n: { $sum: 1 } } }]
    const code = await outcome(() => things().aggregate(pipeline, { maxTimeMS: LIMIT_MS }).toArray())
    expect([50, 146, 10334]).toContain(code)
  })

  it.each(Object.entries(GROUPS))('%s', async (_, pipeline) => {
    const code = await outcome(() => things().aggregate(pipeline, { maxTimeMS: LIMIT_MS }).toArray())
    expect([0, 50, 146, 10334, 17217]).toContain(code)
  })

  describe('updates', () => {
    const fixture = useEngine()

    it.each(Object.entries(UPDATES))('%s', async (_, update) => {
      const own = fixture.client.db('test')
      await insertThing(own)
      const updates = Array.from({ length: 10 }, () => ({ q: {}, u: update }))
      const run = () => own.command({ update: 'things', updates, maxTimeMS: LIMIT_MS })
      expect([0, 50]).toContain(await outcome(run))
    })
  })
})
