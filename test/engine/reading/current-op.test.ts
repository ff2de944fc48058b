import type { Document } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { useEngine } from '../../support/engine.ts'

const at = useEngine()

/** What `$currentOp` shows of a client that has this name. */
async function shown(options: Document, match: Document = {}): Promise<Document[]> {
  return at.client
    .db('admin')
    .aggregate([{ $currentOp: options }, { $match: match }])
    .toArray()
}

describe('$currentOp', () => {
  it('shows the command that asks', async () => {
    const client = at.connect({ appName: 'who' })
    const [own] = await client
      .db('admin')
      .aggregate([{ $currentOp: { localOps: true } }, { $match: { appName: 'who' } }])
      .toArray()
    expect(own).toMatchObject({
      type: 'op',
      active: true,
      op: 'command',
      ns: 'admin.$cmd.aggregate',
      command: { aggregate: 1, $db: 'admin' },
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string,
      lsid: { id: expect.anything() as unknown, uid: expect.anything() as unknown },
    })
    expect(own?.['desc']).toBe(`conn${own?.['connectionId']}`)
  })

  it('shows a cursor that lies unused, if asked', async () => {
    const things = at.client.db('shop').collection('things')
    await things.insertMany(Array.from({ length: 9 }, (_, n) => ({ n })))
    const cursor = things.find({ n: { $gt: 0 } }, { batchSize: 2 })
    await cursor.next()
    const isIdle = { type: 'idleCursor' }
    expect(await shown({}, isIdle)).toEqual([])
    expect(await shown({ idleCursors: false }, isIdle)).toEqual([])
    const [idle, ...others] = await shown({ idleCursors: true }, isIdle)
    expect(others).toEqual([])
    expect(idle).toMatchObject({
      ns: 'shop.things',
      cursor: {
        cursorId: cursor.id,
        nDocsReturned: 2,
        nBatchesReturned: 1,
        noCursorTimeout: false,
        tailable: false,
        awaitData: false,
        originatingCommand: { find: 'things', filter: { n: { $gt: 0 } }, batchSize: 2, $db: 'shop' },
      },
    })
    for (let read = 0; read < 2; read++) await cursor.next()
    const [again] = await shown({ idleCursors: true }, isIdle)
    expect(again?.['cursor']).toMatchObject({ nDocsReturned: 4, nBatchesReturned: 2 })
    expect(again?.['cursor'].lastAccessDate.getTime()).toBeGreaterThanOrEqual(again?.['cursor'].createdDate.getTime())
    await cursor.close()
    expect(await shown({ idleCursors: true }, isIdle)).toEqual([])
  })

  it('shows a change stream while a getMore waits on it', async () => {
    const stream = at.client.db('shop').collection('things').watch()
    const next = stream.next()
    next.catch(() => undefined)
    await vi.waitFor(async () => {
      const [waiting] = await shown({}, { op: 'getmore' })
      expect(waiting).toMatchObject({
        ns: 'shop.things',
        command: { collection: 'things' },
        cursor: { tailable: true, awaitData: true, operationUsingCursorId: waiting?.['opid'] },
      })
      expect(waiting?.['cursor'].originatingCommand.pipeline).toMatchObject([{ $changeStream: {} }])
    })
    expect(await shown({ idleCursors: true }, { type: 'idleCursor' })).toEqual([])
    await stream.close()
  })

  it('shows connections and transactions on which nothing happens', async () => {
    const client = at.connect({ appName: 'idle' })
    const session = client.startSession()
    session.startTransaction()
    await client.db('shop').collection('things').insertOne({}, { session })
    const sessions = await shown({}, { type: 'idleSession' })
    expect(sessions).toMatchObject([{ active: false, lsid: { id: session.id?.['id'] }, transaction: {} }])
    expect(await shown({ idleSessions: false }, { type: 'idleSession' })).toEqual([])
    const isIdle = { appName: 'idle', active: false }
    expect(await shown({}, isIdle)).toEqual([])
    expect((await shown({ idleConnections: true }, isIdle)).length).toBeGreaterThan(0)
    await session.abortTransaction()
    expect(await shown({}, { type: 'idleSession' })).toEqual([])
    await session.endSession()
  })

  it('shows how long a command is that is too long to be kept', async () => {
    const things = at.client.db('shop').collection('things')
    await things.insertMany([{}, {}, {}])
    const cursor = things.find({ name: { $ne: 'x'.repeat(100_000) } }, { batchSize: 1 })
    await cursor.next()
    const [idle] = await shown({ idleCursors: true }, { type: 'idleCursor' })
    expect(idle?.['cursor'].originatingCommand.$truncated).toMatch(/^find things: 100\d\d\d bytes$/)
    await cursor.close()
  })

  it.each([
    [
      'a name that is no option',
      { $currentOp: { idle: true } },
      40415,
      "BSON field '$currentOp.idle' is an unknown field.",
    ],
    [
      'an option that is no boolean',
      { $currentOp: { idleCursors: 1 } },
      14,
      "BSON field '$currentOp.idleCursors' is the wrong type 'int', expected type 'bool'",
    ],
    ['users that are no boolean', { $currentOp: { allUsers: 'yes' } }, 14, /'allUsers' parameter .* found: string/],
    ['what is no document', { $currentOp: 1 }, 14, '$currentOp options must be specified in an object, but found: int'],
    ['more nodes than there are', { $currentOp: { targetAllNodes: true } }, 9, /only for sharded clusters/],
    ['a second stage beside it', { $currentOp: {}, $match: {} }, 40323, /exactly one field/],
  ])('refuses %s', async (_name, stage, code, message) => {
    const asked = at.client.db('admin').aggregate([stage]).toArray()
    const text = expect[typeof message === 'string' ? 'stringContaining' : 'stringMatching'](
      message as string,
    ) as string
    await expect(asked).rejects.toMatchObject({ code, message: text })
  })

  it('stands first, on the database admin, outside transactions', async () => {
    const stage = { $currentOp: {} }
    const admin = at.client.db('admin')
    for (const asked of [at.client.db('shop').aggregate([stage]), admin.collection('c').aggregate([stage])]) {
      const message = "$currentOp must be run against the 'admin' database with {aggregate: 1}"
      await expect(asked.toArray()).rejects.toMatchObject({ code: 73, message })
    }
    await expect(admin.aggregate([stage, stage]).toArray()).rejects.toMatchObject({ code: 40602 })
    const inPipeline = [{ $unionWith: { coll: 'c', pipeline: [stage] } }]
    await expect(admin.collection('c').aggregate(inPipeline).toArray()).rejects.toMatchObject({ code: 40324 })
    const majority = admin.aggregate([stage], { readConcern: { level: 'majority' } })
    await expect(majority.toArray()).rejects.toMatchObject({
      code: 72,
      message: expect.stringContaining('majority') as string,
    })
    const session = at.client.startSession()
    session.startTransaction()
    await expect(admin.aggregate([stage], { session }).toArray()).rejects.toMatchObject({ code: 263 })
    await session.abortTransaction()
    await session.endSession()
  })

  it('gives documents to the stages behind it', async () => {
    const counted = await at.client
      .db('admin')
      .aggregate([{ $currentOp: {} }, { $group: { _id: '$active', n: { $sum: 1 } } }, { $match: { _id: true } }])
      .toArray()
    expect(counted[0]?.['n']).toBeGreaterThan(0)
    const raw = await at.client.db('admin').command({
      aggregate: 1,
      pipeline: [{ $currentOp: { allUsers: true, idleConnections: true, truncateOps: false } }],
      cursor: {},
    })
    expect(raw['cursor']).toMatchObject({ id: 0, ns: 'admin.$cmd.aggregate' })
  })
})
