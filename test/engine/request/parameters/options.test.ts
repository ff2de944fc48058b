import { BSON } from 'mongodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../support/engine.ts'
import { WireClient, type RawReply } from '../../../support/wire-client.ts'

const fixture = useEngine()
let wire: WireClient

beforeEach(async () => {
  wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
  await send({ insert: 'a', documents: [{ _id: 1 }, { _id: 2 }] })
})
afterEach(() => wire.close())

const send = (command: Record<string, unknown>): Promise<RawReply> => wire.command('shop', command)
const code = async (command: Record<string, unknown>): Promise<number> => Number((await send(command))['code'] ?? 0)

type Case = readonly [command: Record<string, unknown>, code: number]

const aggregate = (more: object): Record<string, unknown> => ({ aggregate: 'a', pipeline: [], cursor: {}, ...more })
const watch = (options: object, more: object = {}): Record<string, unknown> =>
  aggregate({ pipeline: [{ $changeStream: options }], ...more })
const update = (more: object): Record<string, unknown> => ({
  update: 'a',
  updates: [{ q: {}, u: { $set: { x: 1 } } }],
  ...more,
})

const COUNTS: Case[] = [
  [{ find: 'a', limit: -1 }, 51024],
  [{ find: 'a', skip: -1 }, 51024],
  [{ find: 'a', batchSize: -1 }, 51024],
  [{ find: 'a', limit: '1' }, 14],
  [{ find: 'a', limit: 0 }, 0],
  [{ find: 'a', limit: 1.9 }, 0],
  [aggregate({ cursor: { batchSize: -1 } }), 51024],
  [aggregate({ cursor: { batchSize: 'x' } }), 14],
  [aggregate({ cursor: { batchSize: null } }), 0],
  [aggregate({ cursor: { size: 1 } }), 40415],
  [watch({}, { cursor: { batchSize: -1 } }), 51024],
  [aggregate({ pipeline: [{ $sample: { size: 0 } }] }), 0],
  [aggregate({ pipeline: [{ $sample: { size: -1 } }] }), 28747],
  [{ count: 'a', limit: -1 }, 0],
]

const STREAMS: Case[] = [
  [watch({ fullDocument: 'nope' }), 2],
  [watch({ fullDocumentBeforeChange: 'nope' }), 2],
  [watch({ resumeAfter: null, startAfter: null, startAtOperationTime: null, fullDocument: null }), 0],
  [watch({ allChangesForCluster: null, showExpandedEvents: null }), 0],
  [watch({ resumeAfter: 1 }), 14],
  [watch({ showExpandedEvents: 'yes' }), 14],
  [watch({}, { readConcern: { level: 'local' } }), 72],
  [watch({}, { readConcern: { level: 'available' } }), 72],
  [watch({}, { readConcern: { level: 'majority' } }), 0],
  [watch({}, { readConcern: {} }), 0],
]

const CONCERNS: Case[] = [
  [{ find: 'a', readConcern: { level: 'none' } }, 2],
  [{ find: 'a', readConcern: { level: 1 } }, 14],
  [{ find: 'a', readConcern: 'local' }, 14],
  [{ find: 'a', readConcern: { afterClusterTime: 1 } }, 14],
  [{ find: 'a', readConcern: { level: 'snapshot' } }, 115],
  [{ find: 'a', readConcern: { level: 'linearizable' } }, 0],
  [update({ readConcern: { level: 'majority' } }), 72],
  [update({ readConcern: { level: 'local' } }), 0],
  [update({ writeConcern: { w: -1 } }), 9],
  [update({ writeConcern: { w: 51 } }), 9],
  [update({ writeConcern: { w: true } }), 9],
  [update({ writeConcern: { w: 1, j: 'x' } }), 14],
  [update({ writeConcern: 1 }), 14],
]

const TYPES: Case[] = [
  [{ find: 'a', filter: 1 }, 14],
  [{ find: 'a', noCursorTimeout: 'x' }, 14],
  [{ find: 'a', noCursorTimeout: null }, 0],
  [{ find: 'a', allowDiskUse: {} }, 14],
  [{ find: 'a', allowPartialResults: [] }, 14],
  [{ find: 'a', let: 'x' }, 14],
  [{ find: 'a', maxTimeMS: 'x' }, 14],
  [{ find: 'a', filter: new BSON.MinKey() }, 14],
  [aggregate({ let: [] }), 14],
  [aggregate({ allowDiskUse: 'x' }), 14],
  [{ aggregate: 'a', pipeline: {}, cursor: {} }, 14],
  [update({ ordered: 'x' }), 14],
  [update({ let: 1 }), 14],
  [update({ bypassDocumentValidation: 'x' }), 14],
  [{ insert: 'a', documents: [{}], ordered: {} }, 14],
  [{ findAndModify: 'a', query: 1, remove: true }, 14],
  [{ findAndModify: 'a', query: {}, remove: true, fields: 'x' }, 14],
  [{ distinct: 'a', key: 1 }, 14],
  [{ create: 'b', capped: 'x' }, 14],
  [{ create: 'b', validator: 'x' }, 14],
  [{ collMod: 'a', validationLevel: 1 }, 14],
  [{ createIndexes: 'a', indexes: {} }, 14],
  [{ ping: 1, comment: new BSON.MinKey() }, 0],
]

const titled = (cases: Case[]) =>
  cases.map(([command, expected]) => [BSON.EJSON.stringify(command), command, expected] as const)

describe('options', () => {
  it.each(titled([...COUNTS, ...STREAMS, ...CONCERNS, ...TYPES]))(
    'of %s are taken or refused as by a server',
    async (_, command, expected) => {
      expect(await code(command)).toBe(expected)
    },
  )

  it('samples no document when asked for none', async () => {
    const reply = await send(aggregate({ pipeline: [{ $sample: { size: 0 } }] }))
    expect(reply).toMatchObject({ cursor: { firstBatch: [] } })
  })

  it.each([
    ['more members than there are', 5, 100],
    ['a mode that is not configured', 'two-cities', 79],
  ])('writes, and says that %s did not acknowledge it', async (_, w, expected) => {
    const reply = await send({ insert: 'a', documents: [{ _id: 3 }], writeConcern: { w } })
    expect(reply).toMatchObject({ n: new BSON.Int32(1), writeConcernError: { code: new BSON.Int32(expected) } })
    expect(await send({ count: 'a' })).toMatchObject({ n: new BSON.Int32(3) })
  })

  it.each([0, 1, 'majority'])('acknowledges a write to w: %s', async (w) => {
    expect(await send(update({ writeConcern: { w } }))).not.toHaveProperty('writeConcernError')
  })

  it.each([
    ['$out', { $out: 'strict' }],
    ['$merge', { $merge: 'strict' }],
    ['$merge that replaces', { $merge: { into: 'strict', whenMatched: 'replace' } }],
    ['$merge that inserts', { $merge: { into: 'strict', whenMatched: 'fail' } }],
  ])('%s passes by the validator only when asked to', async (_, stage) => {
    await send({ create: 'strict', validator: { x: { $exists: true } } })
    expect(await code(aggregate({ pipeline: [stage] }))).toBe(121)
    expect(await code(aggregate({ pipeline: [stage], bypassDocumentValidation: true }))).toBe(0)
    expect(await send({ count: 'strict' })).toMatchObject({ n: new BSON.Int32(2) })
  })

  it('collMod hides an index, shows it again, and refuses what it cannot change', async () => {
    await send({ createIndexes: 'a', indexes: [{ key: { x: 1 }, name: 'x' }] })
    const change = (index: object) => send({ collMod: 'a', index })
    const listed = async () => ((await send({ listIndexes: 'a' }))['cursor'] as { firstBatch: object[] }).firstBatch[1]
    expect(await change({ name: 'x', hidden: true })).toMatchObject({ hidden_old: false, hidden_new: true })
    expect(await listed()).toMatchObject({ name: 'x', hidden: true })
    expect(await change({ keyPattern: { x: 1 }, hidden: true })).not.toHaveProperty('hidden_new')
    expect(await change({ keyPattern: { x: 1 }, hidden: false })).toMatchObject({ hidden_old: true, hidden_new: false })
    expect(await listed()).not.toHaveProperty('hidden')
    const codes = [
      { name: 'y', hidden: true },
      { name: '_id_', hidden: true },
      { hidden: true },
      { name: 'x', hidden: 'x' },
    ]
    expect(await Promise.all(codes.map(async (index) => Number((await change(index))['code'])))).toEqual([
      27, 2, 72, 14,
    ])
  })
})
