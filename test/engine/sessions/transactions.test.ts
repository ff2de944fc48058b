import { BSON, type ClientSession, Long, UUID } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient } from '../../support/wire-client.ts'

let clock = 1_800_000_000_000
const fixture = useEngine({ now: () => clock, sweepIntervalMs: 5 })

function accounts() {
  return fixture.client.db('bank').collection<{ _id: string; n?: number; code?: number }>('accounts')
}

async function inSession<T>(run: (session: ClientSession) => Promise<T>): Promise<T> {
  const session = fixture.client.startSession()
  try {
    return await run(session)
  } finally {
    await session.endSession()
  }
}

describe('transactions', () => {
  it('reads its own writes and a snapshot of everything else, and shows nothing before it commits', () =>
    inSession(async (session) => {
      await accounts().insertMany([
        { _id: 'a', n: 1 },
        { _id: 'b', n: 1 },
      ])
      session.startTransaction()
      await accounts().updateOne({ _id: 'a' }, { $inc: { n: 10 } }, { session })
      await accounts().insertOne({ _id: 'c', n: 1 }, { session })
      // committed meanwhile: not in the snapshot
      await accounts().updateOne({ _id: 'b' }, { $inc: { n: 100 } })
      await accounts().insertOne({ _id: 'd', n: 1 })
      expect(await accounts().find({}, { session }).toArray()).toEqual([
        { _id: 'a', n: 11 },
        { _id: 'b', n: 1 },
        { _id: 'c', n: 1 },
      ])
      expect(await accounts().find().toArray()).toEqual([
        { _id: 'a', n: 1 },
        { _id: 'b', n: 101 },
        { _id: 'd', n: 1 },
      ])
      await session.commitTransaction()
      expect(await accounts().find().sort({ _id: 1 }).toArray()).toEqual([
        { _id: 'a', n: 11 },
        { _id: 'b', n: 101 },
        { _id: 'c', n: 1 },
        { _id: 'd', n: 1 },
      ])
    }))

  it('leaves nothing behind when it aborts', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a', n: 1 })
      session.startTransaction()
      await accounts().deleteOne({ _id: 'a' }, { session })
      await accounts().insertOne({ _id: 'b' }, { session })
      expect(await accounts().find({}, { session }).toArray()).toEqual([{ _id: 'b' }])
      await session.abortTransaction()
      expect(await accounts().find().toArray()).toEqual([{ _id: 'a', n: 1 }])
      await accounts().updateOne({ _id: 'a' }, { $set: { n: 2 } })
    }))

  it('lets the first writer of a document win', () =>
    inSession((first) =>
      inSession(async (second) => {
        await accounts().insertOne({ _id: 'a', n: 1 })
        first.startTransaction()
        second.startTransaction()
        await accounts().updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session: first })
        const conflict = accounts().updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session: second })
        await expect(conflict).rejects.toMatchObject({
          code: 112,
          codeName: 'WriteConflict',
          errorLabels: ['TransientTransactionError'],
        })
        await first.commitTransaction()
      }),
    ))

  it('conflicts with what was committed after its snapshot, also on unique keys', () =>
    inSession(async (session) => {
      await accounts().createIndex({ code: 1 }, { unique: true })
      await accounts().insertOne({ _id: 'a', code: 1 })
      session.startTransaction()
      await accounts().findOne({ _id: 'a' }, { session })
      await accounts().insertOne({ _id: 'b', code: 2 })
      const conflict = accounts().insertOne({ _id: 'c', code: 2 }, { session })
      await expect(conflict).rejects.toMatchObject({ codeName: 'WriteConflict' })
    }))

  it('refuses the same unique key twice within itself', () =>
    inSession(async (session) => {
      await accounts().createIndex({ code: 1 }, { unique: true })
      session.startTransaction()
      await accounts().insertOne({ _id: 'a', code: 1 }, { session })
      await expect(accounts().insertOne({ _id: 'b', code: 1 }, { session })).rejects.toMatchObject({ code: 11000 })
    }))

  it('makes other writers of its documents wait until it ends', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a', n: 1 })
      session.startTransaction()
      await accounts().updateOne({ _id: 'a' }, { $set: { n: 5 } }, { session })
      let done = false
      const waiting = accounts()
        .updateMany({}, { $inc: { n: 1 } })
        .then(() => (done = true))
      await accounts().findOne()
      expect(done).toBe(false)
      await session.commitTransaction()
      await waiting
      expect(await accounts().findOne()).toEqual({ _id: 'a', n: 6 })
    }))

  it('ends the wait of a writer at its time limit', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a', n: 1 })
      session.startTransaction()
      await accounts().deleteOne({ _id: 'a' }, { session })
      const waiting = accounts().updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { maxTimeMS: 20 })
      await expect(waiting).rejects.toMatchObject({ code: 50 })
      await session.abortTransaction()
    }))

  it('shows all of a commit or nothing, also when a document cannot be indexed', () =>
    inSession(async (session) => {
      const points = fixture.client.db('bank').collection<{ _id: number; p?: number[]; q?: number[] }>('points')
      await points.createIndex({ p: 1, q: 1 })
      session.startTransaction()
      await points.insertOne({ _id: 1 }, { session })
      await expect(points.insertOne({ _id: 2, p: [1, 2], q: [1, 2] }, { session })).rejects.toMatchObject({ code: 171 })
      await expect(session.commitTransaction()).rejects.toMatchObject({ codeName: 'NoSuchTransaction' })
      expect(await points.countDocuments()).toBe(0)
    }))

  it('ends a minute after its start, however much it is used', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a', n: 1 })
      session.startTransaction()
      await accounts().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
      clock += 40_000
      await accounts().findOne({}, { session })
      clock += 40_000
      await accounts().updateOne({ _id: 'a' }, { $inc: { n: 10 } })
      expect(await accounts().findOne()).toEqual({ _id: 'a', n: 11 })
    }))

  it('aborts a transaction that lies unused for too long', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a', n: 1 })
      session.startTransaction()
      await accounts().updateOne({ _id: 'a' }, { $set: { n: 2 } }, { session })
      clock += 61_000
      // waits for the abandoned transaction to be swept away
      await accounts().updateOne({ _id: 'a' }, { $inc: { n: 10 } })
      expect(await accounts().findOne()).toEqual({ _id: 'a', n: 11 })
      await expect(session.commitTransaction()).rejects.toMatchObject({ codeName: 'NoSuchTransaction' })
    }))

  it('refuses what may not run in a transaction', () =>
    inSession(async (session) => {
      await accounts().insertOne({ _id: 'a' })
      session.startTransaction()
      const count = fixture.client.db('bank').command({ count: 'accounts' }, { session })
      await expect(count).rejects.toMatchObject({ codeName: 'OperationNotSupportedInTransaction' })
    }))

  it('refuses capped collections, internal databases, and indexes over documents', () =>
    inSession(async (session) => {
      const db = fixture.client.db('bank')
      await db.createCollection('log', { capped: true, size: 4096 })
      await accounts().insertOne({ _id: 'a' })
      const refused = { codeName: 'OperationNotSupportedInTransaction' }
      for (const run of [
        () => db.command({ insert: 'log', documents: [{}] }, { session }),
        () => fixture.client.db('config').command({ find: 'x' }, { session }),
        () => db.command({ createIndexes: 'accounts', indexes: [{ key: { n: 1 }, name: 'n_1' }] }, { session }),
      ]) {
        session.startTransaction()
        await expect(run()).rejects.toMatchObject(refused)
        await session.abortTransaction()
      }
      expect(await accounts().indexes()).toHaveLength(1)
    }))
})

describe('retryable writes', () => {
  const lsid = { id: new UUID() }

  /** Sends commands without the driver, which would number them by itself. */
  async function send(commands: readonly Record<string, unknown>[]): Promise<unknown[]> {
    const client = await WireClient.open(fixture.engine.host, fixture.engine.port)
    const replies: unknown[] = []
    for (const command of commands) replies.push(BSON.EJSON.serialize(await client.command('bank', command)))
    client.close()
    return replies
  }

  it('apply a statement once and give its result again', async () => {
    await accounts().insertOne({ _id: 'a', n: 0 })
    const updates = [{ q: { _id: 'a' }, u: { $inc: { n: 1 } } }]
    const update = { update: 'accounts', updates, lsid, txnNumber: Long.fromNumber(5) }
    expect(await send([update, update])).toMatchObject([
      { n: 1, nModified: 1 },
      { n: 1, nModified: 1 },
    ])
    expect(await accounts().findOne()).toEqual({ _id: 'a', n: 1 })
  })

  it('run again what failed, and what follows it', async () => {
    const documents = ['a', 'b', 'c'].map((_id) => ({ _id }))
    const insert = { insert: 'accounts', documents, lsid, txnNumber: Long.fromNumber(6) }
    await accounts().insertOne({ _id: 'b' })
    expect(await send([insert])).toMatchObject([{ n: 1, writeErrors: [{ index: 1, code: 11000 }] }])
    await accounts().deleteOne({ _id: 'b' })
    expect(await send([insert])).toMatchObject([{ n: 3 }])
    expect(await accounts().distinct('_id')).toEqual(['a', 'b', 'c'])
  })
})

describe('sessions', () => {
  it('forgets those that lie unused for too long', async () => {
    const client = fixture.connect({}, fixture.engine.uri)
    await client.db('a').command({ ping: 1 }, { session: client.startSession() })
    await vi.waitFor(() => expect(fixture.engine.stats().sessions).toBeGreaterThan(0))
    clock += 1_800_001
    await vi.waitFor(() => expect(fixture.engine.stats().sessions).toBe(0))
  })
})
