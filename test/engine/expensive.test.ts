import { Binary, type Document, serialize } from 'bson'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeDocument } from '../../src/bson/codec/decode.ts'
import { stepsSoFar } from '../../src/bson/work-budget.ts'
import { type Engine, startEngine } from '../../src/engine/engine.ts'

/** What is expensive, and the least number of steps that it must count beyond what is done around it. */
type Table<T> = Readonly<Record<string, readonly [expensive: T, steps: number]>>

const LIST = Array.from({ length: 200_000 }, (_, i) => i ^ 0x2a)
const TEXT = 'aé'.repeat(2_000_000)

/** Expressions that are cheap to write about a document that is close to what one may be, and their least steps. */
const CONSUMERS: Table<unknown> = {
  'sums of extreme decimals': [
    { $add: [{ $toDecimal: '1E+6111' }, { $toDecimal: '1E-6176' }, { $toDecimal: '3' }] },
    6,
  ],
  'products of decimals': [
    { $multiply: Array.from({ length: 500 }, () => ({ $toDecimal: '1234567890.123456789' })) },
    1000,
  ],
  'powers of decimals': [{ $pow: [{ $toDecimal: '1.234567890123456789' }, 6143] }, 2],
  'remainders of decimals': [{ $mod: [{ $toDecimal: '9E+6111' }, { $toDecimal: '7E-6176' }] }, 3],
  'sorted arrays': [{ $first: { $sortArray: { input: '$list', sortBy: -1 } } }, 1_000_000],
  'parts of arrays': [{ $size: { $slice: ['$list', 1, 190_000] } }, 190_000],
  'searches in arrays': [{ $in: [-1, '$list'] }, 200_000],
  'comparisons of arrays': [{ $eq: ['$list', '$same.list'] }, 200_000],
  'comparisons of texts': [{ $eq: ['$text', '$same.text'] }, 3],
  'comparisons of binaries': [{ $eq: ['$bytes', '$same.bytes'] }, 3900],
  'sizes of documents': [{ $bsonSize: '$$ROOT' }, 70_000],
  'sizes of texts': [{ $binarySize: '$text' }, 2],
  'merged documents': [{ $type: { $mergeObjects: ['$wide', '$wide'] } }, 60_000],
  'changed documents': [{ $type: { $setField: { field: 'x', input: '$wide', value: 1 } } }, 20_000],
  'documents of arrays': [{ $type: { $arrayToObject: '$pairs' } }, 5000],
  'numbers of texts': [{ $convert: { input: '$text', to: 'double', onError: 0 } }, 2],
  'decimals of texts': [{ $convert: { input: '$digits', to: 'decimal', onError: 0 } }, 2],
  'ids of texts': [{ $convert: { input: '$text', to: 'objectId', onError: 0 } }, 2],
  'dates of texts': [{ $convert: { input: '$digits', to: 'date', onError: 0 } }, 2],
  'dates as texts': [{ $binarySize: { $dateToString: { date: '$$NOW', format: '%Y'.repeat(200_000) } } }, 3100],
  'paths through arrays': ['$items.a.b', 20_000],
  lists: [{ $size: [Array.from({ length: 50_000 }, () => '$i')] }, 100_000],
  choices: [
    { $switch: { branches: Array.from({ length: 20_000 }, () => ({ case: '$no', then: 1 })), default: 0 } },
    20_000,
  ],
}

/** Filters on the same document. */
const FILTERS: Table<Document> = {
  'searches for many values': [{ list: { $in: LIST.slice(0, 50_000).map((i) => -i - 1) } }, 3_600_000],
  'all of many values': [{ list: { $all: LIST.slice(0, 20_000) } }, 700_000],
  'elements that match': [{ items: { $elemMatch: { a: { $exists: false } } } }, 29_000],
  'regular expressions': [{ text: /x$/ }, 400],
  'bits of binaries': [{ bytes: { $bitsAllSet: Array.from({ length: 20_000 }, (_, i) => i) } }, 20_000],
  'schemas of unique items': [{ $jsonSchema: { properties: { list: { uniqueItems: true } } } }, 200_000],
  'schemas of texts': [{ $jsonSchema: { properties: { text: { maxLength: 1 } } } }, 15_600],
  'many conditions': [{ $nor: Array.from({ length: 20_000 }, (_, i) => ({ 'same.i': -1 - i })) }, 60_000],
}

/** So many documents that share a large text. */
const UNWOUND = [{ $unwind: '$list' }, { $limit: 20 }]

/** Stages on {@link UNWOUND}. */
const GROUPS: Table<Document[]> = {
  'groups by large keys': [[{ $group: { _id: '$text' } }], 312_000],
  'lists of groups': [[{ $group: { _id: null, all: { $push: '$list' } } }], 40],
  'sets of groups': [
    [{ $limit: 2 }, { $group: { _id: null, all: { $addToSet: { a: '$list', t: '$text' } } } }, { $count: 'n' }],
    31_000,
  ],
  'the last of groups': [
    [{ $group: { _id: null, all: { $bottomN: { n: 1_000_000, sortBy: { list: -1 }, output: '$list' } } } }],
    120,
  ],
  'the least of groups': [[{ $group: { _id: null, all: { $minN: { n: 1_000_000, input: '$list' } } } }], 60],
  sorts: [[{ $sort: { text: 1, list: -1 } }, { $count: 'n' }], 65],
  'joins of joins': [
    [
      { $limit: 1 },
      { $lookup: { from: 'many', localField: 'same', foreignField: 'same', as: 'l' } },
      { $unwind: '$l' },
      { $lookup: { from: 'many', localField: 'same', foreignField: 'same', as: 'm' } },
      { $unwind: '$m' },
      { $count: 'n' },
    ],
    80_000,
  ],
}

/** Updates of the same document. */
const UPDATES: Table<Document> = {
  'sorting pushes': [{ $push: { list: { $each: [1], $sort: -1 } } }, 1_000_000],
  'additions to a set': [{ $addToSet: { list: { $each: LIST.slice(0, 50_000) } } }, 250_000],
  pulls: [{ $pull: { list: { $in: LIST.slice(0, 50_000) } } }, 3_700_000],
}

const parts = { list: LIST, text: TEXT, bytes: new Binary(Buffer.alloc(1_000_000)) }
const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i}`, i]))
const THING = {
  ...{ _id: 1, ...parts, wide, i: 1, same: 1 },
  pairs: Object.entries(wide).slice(0, 5_000),
  items: Array.from({ length: 10_000 }, () => ({ a: { b: 1 } })),
  digits: '1'.repeat(1_000_000),
}

const aggregate = (...pipeline: Document[]) => ({ aggregate: 'things', pipeline, cursor: {} })
const WITH_TWIN = [
  { $lookup: { from: 'twin', localField: '_id', foreignField: '_id', as: 'same' } },
  { $addFields: { same: { $first: '$same' } } },
]
const compare = (value: unknown) => aggregate(...WITH_TWIN, { $match: { $expr: { $eq: [value, 'not that'] } } })
const match = (filter: Document) => aggregate(...WITH_TWIN, { $match: filter }, { $count: 'n' })
const group = (stages: Document[]) => aggregate(...UNWOUND, ...stages)
const update = (u: Document) => ({ update: 'things', updates: [{ q: {}, u }] })

describe('an operation counts the work of', () => {
  let engine: Engine
  const run = (command: Document) => engine.run('test', decodeDocument(Buffer.from(serialize(command))))

  beforeAll(async () => {
    engine = await startEngine()
    await run({ insert: 'things', documents: [THING] })
    await run({ insert: 'twin', documents: [{ _id: 1, ...parts }] })
    await run({ insert: 'many', documents: Array.from({ length: 200 }, (_, i) => ({ i, same: 1 })) })
  })
  afterAll(() => engine.stop())

  async function stepsOf(command: Document): Promise<number> {
    const before = stepsSoFar()
    const reply = await run(command)
    expect([reply.get('errmsg'), reply.get('writeErrors')]).toEqual([undefined, undefined])
    return stepsSoFar() - before
  }

  /** The commands of a table, each with the same command about something cheap, and the least difference. */
  function eachOf<T>(
    table: Table<T>,
    toCommand: (it: T) => Document,
    cheap: T,
  ): [string, Document, Document, number][] {
    return Object.entries(table).map(([title, [it, least]]) => [title, toCommand(it), toCommand(cheap), least])
  }

  it.each([
    ...eachOf(CONSUMERS, compare, 1),
    ...eachOf(FILTERS, match, { i: -1 }),
    ...eachOf(GROUPS, group, [{ $skip: 20 }]),
    ...eachOf(UPDATES, update, { $set: { i: 2 } }),
  ])('%s', async (_title, expensive, cheap, least) => {
    const steps = (await stepsOf(expensive)) - (await stepsOf(cheap))
    expect(steps).toBeGreaterThanOrEqual(least)
  })

  it('what it does, and so ends once it takes longer than it may, whatever it costs', async () => {
    const million = ['i', 'j'].flatMap((name) => [
      { $addFields: { [name]: { $literal: Array.from({ length: 1_000 }, (_, n) => n) } } },
      { $unwind: `$${name}` },
    ])
    const never = { $expr: { $eq: [CONSUMERS['sorted arrays']?.[0], 'not that'] } }
    const command = aggregate(...WITH_TWIN, ...million, { $match: never })
    expect((await run({ ...command, maxTimeMS: 100 })).get('codeName')).toBe('MaxTimeMSExpired')
    expect((await run({ ping: 1 })).get('errmsg')).toBeUndefined()
  })
})
