import { UUID } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { useEngine } from '../../support/engine.ts'
import { WireClient } from '../../support/wire-client.ts'

const fixture = useEngine()
const admin = () => fixture.client.db('admin')
const asSet = (port: number) => `mongodb://127.0.0.1:${port}/?replicaSet=rs0`

async function stepDown(seconds: number): Promise<void> {
  await admin().command({ replSetStepDown: seconds, force: true })
}

describe('a primary that steps down', () => {
  it('refuses writes, and reads of those that want the primary, and says to monitors that it is none', async () => {
    const wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
    const before = await wire.command('admin', { hello: 1 })
    await stepDown(60)
    expect(await wire.command('test', { insert: 'c', documents: [{ _id: 1 }] })).toMatchObject({
      codeName: 'NotWritablePrimary',
      topologyVersion: expect.anything(),
    })
    expect(await wire.command('test', { find: 'c' })).toMatchObject({ codeName: 'NotPrimaryNoSecondaryOk' })
    const secondary = { $readPreference: { mode: 'primaryPreferred' } }
    expect(await wire.command('test', { find: 'c', ...secondary })).toMatchObject({ cursor: { firstBatch: [] } })
    const out = { aggregate: 'c', pipeline: [{ $out: 'd' }], cursor: {}, ...secondary }
    expect(await wire.command('test', out)).toMatchObject({ codeName: 'NotWritablePrimary' })
    const after = await wire.command('admin', { hello: 1 })
    expect(before).toMatchObject({ isWritablePrimary: true, secondary: false, primary: before['me'] })
    expect(after).toMatchObject({ isWritablePrimary: false, secondary: true })
    expect(after).not.toHaveProperty('primary')
    expect(after['topologyVersion']).not.toEqual(before['topologyVersion'])
    wire.close()
  })

  it('aborts open transactions, and lets cursors and change streams go on', async () => {
    const wire = await WireClient.open(fixture.engine.host, fixture.engine.port)
    const coll = fixture.client.db('test').collection<{ _id: number }>('c')
    const stream = coll.watch()
    await stream.tryNext()
    await coll.insertMany([1, 2, 3, 4].map((_id) => ({ _id })))
    const cursor = coll.find({}, { batchSize: 2 })
    await cursor.next()
    const transaction = { lsid: { id: new UUID() }, txnNumber: 1n, autocommit: false }
    await wire.command('test', { insert: 'c', documents: [{ _id: 5 }], ...transaction, startTransaction: true })
    await stepDown(1)
    expect(await cursor.toArray()).toHaveLength(3)
    expect(await stream.next()).toMatchObject({ documentKey: { _id: 1 } })
    const commit = () => wire.command('admin', { commitTransaction: 1, ...transaction })
    expect(await commit()).toMatchObject({ codeName: 'NotWritablePrimary' })
    await expect.poll(async () => (await commit())['codeName']).toBe('NoSuchTransaction')
    await stream.close()
    wire.close()
  })

  it('is elected again after its time, and tells clients that wait for it at once', async () => {
    const client = fixture.connect({}, asSet(fixture.engine.port))
    const coll = client.db('test').collection<{ _id: number }>('c')
    await coll.insertOne({ _id: 1 })
    const before = await admin().command({ hello: 1 })
    await stepDown(1)
    // the driver tries once more when there is a primary
    await coll.insertOne({ _id: 2 })
    const after = await admin().command({ hello: 1 })
    expect(after['isWritablePrimary']).toBe(true)
    expect(String(after['electionId']) > String(before['electionId'])).toBe(true)
    expect(await admin().command({ replSetGetStatus: 1 })).toMatchObject({ myState: 1 })
  })

  it('sends an exhaust stream of hello one answer for each change', async () => {
    const client = fixture.connect({ serverMonitoringMode: 'stream', heartbeatFrequencyMS: 60_000 })
    let changes = 0
    client.on('serverHeartbeatSucceeded', () => changes++)
    await client.connect()
    await client.db('test').command({ ping: 1 })
    await expect.poll(() => changes).toBeGreaterThan(0)
    const before = changes
    await stepDown(1)
    await expect.poll(async () => (await admin().command({ hello: 1 }))['isWritablePrimary']).toBe(true)
    await expect.poll(() => changes).toBe(before + 2)
  })

  it.each([
    ['without force', { replSetStepDown: 10 }, 'ExceededTimeLimit'],
    ['for less time than it waits', { replSetStepDown: 5 }, 'BadValue'],
  ])('does not do so %s', async (_, command, codeName) => {
    await expect(admin().command(command)).rejects.toMatchObject({ codeName })
    expect(await admin().command({ hello: 1 })).toMatchObject({ isWritablePrimary: true })
  })
})
