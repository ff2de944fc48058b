import { connect } from 'node:net'
import { UUID } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../support/engine.ts'
import { WireClient } from '../support/wire-client.ts'

const fixture = useEngine()

describe('an engine that is restarted', () => {
  it('ends connections and cursors, and keeps documents and oplog', async () => {
    const coll = fixture.client.db('test').collection<{ _id: number }>('c')
    await coll.createIndex({ n: 1 }, { unique: true })
    const stream = coll.watch()
    await stream.tryNext()
    await coll.insertMany([1, 2].map((_id) => ({ _id, n: _id })))
    const { _id: token } = await stream.next()
    const cursor = coll.find({}, { batchSize: 1 })
    await cursor.next()
    const before = await fixture.client.db('admin').command({ hello: 1 })
    await fixture.engine.restart()
    expect(fixture.engine.stats()).toMatchObject({ cursors: 0 })
    expect(await coll.find().toArray()).toHaveLength(2)
    await expect(coll.insertOne({ _id: 3, ...{ n: 1 } })).rejects.toMatchObject({ code: 11000 })
    await expect(cursor.next()).rejects.toThrow()
    const after = await fixture.client.db('admin').command({ hello: 1 })
    expect(after['topologyVersion'].processId).not.toEqual(before['topologyVersion'].processId)
    const resumed = coll.watch([], { resumeAfter: token })
    expect(await resumed.next()).toMatchObject({ operationType: 'insert', documentKey: { _id: 2 } })
    await Promise.all([stream.close(), resumed.close(), cursor.close()])
  })

  it('aborts open transactions, and forgets fail points', async () => {
    const coll = fixture.client.db('test').collection<{ _id: number }>('c')
    const session = fixture.client.startSession()
    session.startTransaction()
    await coll.insertOne({ _id: 1 }, { session })
    const failing = { failCommands: ['insert'], errorCode: 2 }
    await fixture.client.db('admin').command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data: failing })
    await fixture.engine.restart()
    await expect(session.commitTransaction()).rejects.toMatchObject({ codeName: 'NoSuchTransaction' })
    await session.endSession()
    // not held by the transaction any more
    await coll.insertOne({ _id: 1 })
  })

  it('applies a retryable write once although its answer was lost', async () => {
    const insert = { insert: 'c', documents: [{ _id: 1 }], lsid: { id: new UUID() }, txnNumber: 1n }
    for (let time = 0; time < 2; time++) {
      const wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
      const { n, writeErrors } = await wire.command('test', insert)
      expect({ n: Number(n), writeErrors }).toEqual({ n: 1, writeErrors: undefined })
      wire.close()
      await fixture.engine.restart()
    }
    expect(await fixture.client.db('test').collection('c').countDocuments()).toBe(1)
  })

  it('cannot be reached meanwhile', async () => {
    let error: NodeJS.ErrnoException | undefined
    await fixture.engine.restart(
      () =>
        new Promise<void>((resolve) => {
          connect(fixture.engine.port, '127.0.0.1').on('error', (refused) => {
            error = refused
            resolve()
          })
        }),
    )
    expect(error?.code).toBe('ECONNREFUSED')
    expect(await fixture.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })

  it('stays away when it is stopped meanwhile', async () => {
    await expect(fixture.engine.restart(() => fixture.engine.stop())).rejects.toThrow('stopped')
  })
})
