import type { Document } from 'mongodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../support/engine.ts'

/** What each operation may take, by `maxTimeMS`. */
const LIMIT_MS = 100
/** Far beyond what looking at the clock too rarely costs, on a busy machine too; far below what the work would take. */
const PATIENCE_MS = 20_000

const LIST = Array.from({ length: 200_000 }, (_, i) => i ^ 0x2a)
const TEXT = 'aé'.repeat(2_000_000)

// each is cheap to write, close to what a document may be, and repeated a million times
const CONSUMERS: Readonly<Record<string, unknown>> = {
  'sums of extreme decimals': { $sum: [{ $toDecimal: '1E+6111' }, { $toDecimal: '1E-6176' }, { $toDecimal: '3' }] },
  'products of decimals': { $multiply: Array.from({ length: 500 }, () => ({ $toDecimal: '1234567890.123456789' })) },
  'powers of decimals': { $pow: [{ $toDecimal: '1.234567890123456789' }, 6143] },
  'remainders of decimals': { $mod: [{ $toDecimal: '9E+6111' }, { $toDecimal: '7E-6176' }] },
  sums: { $sum: '$list' },
  averages: { $avg: '$list' },
  'sorted arrays': { $first: { $sortArray: { input: '$list', sortBy: -1 } } },
  'comparisons of arrays': { $eq: ['$list', { $concatArrays: ['$list', []] }] },
  'doubled arrays': { $size: { $concatArrays: ['$list', '$list'] } },
  'reduced arrays': { $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } },
  'code points': { $strLenCP: '$text' },
  'upper case': { $strLenCP: { $toUpper: '$text' } },
  'comparisons of texts': { $eq: ['$text', { $concat: ['$text', ''] }] },
}

const GROUPS: Readonly<Record<string, Document[]>> = {
  'groups by large keys': [{ $unwind: '$list' }, { $group: { _id: '$text' } }],
  'lists of groups': [{ $unwind: '$list' }, { $group: { _id: null, all: { $push: '$list' } } }],
  'sets of groups': [{ $unwind: '$list' }, { $group: { _id: null, all: { $addToSet: { a: '$list', t: '$text' } } } }],
  'the first of groups': [
    { $unwind: '$list' },
    { $group: { _id: null, all: { $topN: { n: 1_000_000, sortBy: { list: -1 }, output: '$list' } } } },
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
  const fixture = useEngine()
  const db = () => fixture.client.db('test')
  const things = () => db().collection<Document>('things')

  beforeEach(async () => {
    await things().insertOne({ _id: 1, list: LIST, text: TEXT, same: 1 } as Document)
    const many = Array.from({ length: 2_000 }, (_, i) => ({ i, same: 1 }))
    await db().collection('many').insertMany(many)
  })

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

  it.each(Object.entries(CONSUMERS))('%s', async (_, expression) => {
    const repeated = { $size: { $map: { input: { $range: [0, 1_000_000] }, in: expression } } }
    const pipeline = [{ $project: { _id: 0, x: repeated } }]
    const code = await outcome(() => things().aggregate(pipeline, { maxTimeMS: LIMIT_MS }).toArray())
    // out of time, or of memory
    expect([50, 146, 10334]).toContain(code)
  })

  it.each(Object.entries(GROUPS))('%s', async (_, pipeline) => {
    const code = await outcome(() => things().aggregate(pipeline, { maxTimeMS: LIMIT_MS }).toArray())
    expect([0, 50, 146, 10334, 17217]).toContain(code)
  })

  it.each(Object.entries(UPDATES))('%s', async (_, update) => {
    const updates = Array.from({ length: 10 }, () => ({ q: {}, u: update }))
    const run = () => db().command({ update: 'things', updates, maxTimeMS: LIMIT_MS })
    expect([0, 50]).toContain(await outcome(run))
  })
})
