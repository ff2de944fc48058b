import { Long, type Document, type MongoClient, type MongoServerError } from 'mongodb'
import { beforeEach, describe, expect, it } from 'vitest'
import { useEngine } from '../../../support/engine.ts'

const fixture = useEngine()
beforeEach(() => {
  // after some errors the driver knows its server again with the next heartbeat only
  fixture.connect({ heartbeatFrequencyMS: 500 })
})

/** Sets a fail point; gives how often it has acted so far. */
async function configure(name: string, mode: unknown, data?: Document): Promise<number> {
  const command = { configureFailPoint: name, mode, ...(data ? { data } : {}) }
  return (await fixture.client.db('admin').command(command))['count']
}

/** The error of a promise that must fail. */
async function failure(promise: Promise<unknown>): Promise<MongoServerError> {
  return promise.then(
    () => {
      throw new Error('It did not fail')
    },
    (error: MongoServerError) => error,
  )
}

/** The labels that the server gave; the driver adds some of its own. */
async function labels(promise: Promise<unknown>): Promise<unknown> {
  return (await failure(promise)).errorResponse.errorLabels
}

function ping(client: MongoClient = fixture.client): Promise<Document> {
  return client.db('test').command({ ping: 1 })
}

/** Opens a cursor on `test.c` by hand, so that each `getMore` is the test's own. */
async function openCursor(pipeline: Document[]): Promise<(maxTimeMS?: number) => Promise<Document>> {
  const db = fixture.client.db('test')
  const { cursor } = await db.command({ aggregate: 'c', pipeline, cursor: { batchSize: 1 } })
  const id = Long.fromValue(cursor.id)
  const isStream = pipeline[0]?.['$changeStream'] !== undefined
  return (maxTimeMS = 1) => db.command({ getMore: id, collection: 'c', ...(isStream ? { maxTimeMS } : {}) })
}

async function insertThree(): Promise<void> {
  await fixture.client.db('test').collection('c').insertMany([{}, {}, {}])
}

describe('failCommand', () => {
  it('fails so many commands with a code, its name and its message', async () => {
    await configure('failCommand', { times: 2 }, { failCommands: ['ping'], errorCode: 134 })
    for (let i = 0; i < 2; i++) {
      expect(await failure(ping())).toMatchObject({
        code: 134,
        codeName: 'ReadConcernMajorityNotAvailableYet',
        message: "Failing command via 'failCommand' failpoint",
        errorLabels: [],
      })
    }
    expect(await ping()).toMatchObject({ ok: 1 })
  })

  it('counts what it did', async () => {
    expect(await configure('failCommand', { times: 1 }, { failCommands: ['ping'], errorCode: 2 })).toBe(0)
    await failure(ping())
    await ping()
    expect(await configure('failCommand', 'off')).toBe(1)
  })

  it('takes code 0 for no error', async () => {
    await configure('failCommand', 'alwaysOn', { failCommands: ['ping'], errorCode: 0 })
    expect(await ping()).toMatchObject({ ok: 1 })
  })

  it('goes on until it is off', async () => {
    await configure('failCommand', 'alwaysOn', { failCommands: ['ping'], errorCode: 2 })
    for (let i = 0; i < 3; i++) await failure(ping())
    await configure('failCommand', 'off')
    expect(await ping()).toMatchObject({ ok: 1 })
  })

  it('lets so many commands pass first', async () => {
    await configure('failCommand', { skip: 2 }, { failCommands: ['ping'], errorCode: 2 })
    await ping()
    await ping()
    expect(await failure(ping())).toMatchObject({ code: 2 })
    expect(await failure(ping())).toMatchObject({ code: 2 })
  })

  it('acts on the named commands only, and not on those that it lets pass', async () => {
    await configure('failCommand', { times: 1 }, { failCommands: ['find'], errorCode: 2 })
    expect(await ping()).toMatchObject({ ok: 1 })
    expect(await failure(fixture.client.db('test').collection('c').findOne())).toMatchObject({ code: 2 })
  })

  it('acts on every command but the one that ends it', async () => {
    await configure('failCommand', 'alwaysOn', { failAllCommands: true, errorCode: 2, appName: 'victim' })
    await configure('failCommand', 'alwaysOn', { failAllCommands: true, errorCode: 2, namespace: 'test.c' })
    expect(await failure(fixture.client.db('test').collection('c').findOne())).toMatchObject({ code: 2 })
    expect(await fixture.client.db('test').collection('d').findOne()).toBeNull()
    expect(await configure('failCommand', 'off')).toBe(1)
  })

  it('says with an error about the primary that nothing has changed, so that the driver keeps its server', async () => {
    await ping()
    const changes: string[] = []
    fixture.client.on('serverDescriptionChanged', ({ newDescription: { type } }) => changes.push(type))
    for (const errorCode of [189, 10107, 11602, 13435, 13436]) {
      await configure('failCommand', { times: 1 }, { failCommands: ['ping'], errorCode })
      expect(await failure(ping())).toMatchObject({ code: errorCode, topologyVersion: { counter: 6 } })
    }
    expect(changes).not.toContain('Unknown')
  })

  it('acts on one application only, from its handshake on', async () => {
    await configure('failCommand', 'alwaysOn', { failCommands: ['ping', 'hello'], errorCode: 2, appName: 'victim' })
    expect(await ping(fixture.connect({ appName: 'other' }))).toMatchObject({ ok: 1 })
    const victim = fixture.connect({ appName: 'victim', serverSelectionTimeoutMS: 200 })
    expect(await failure(ping(victim))).toMatchObject({ name: 'MongoServerSelectionError' })
  })

  it('closes the connection', async () => {
    const client = fixture.connect({ retryReads: false })
    await configure('failCommand', { times: 1 }, { failCommands: ['find'], errorCode: 2, closeConnection: true })
    const error = await failure(client.db('test').collection('c').findOne())
    expect(error.name).toBe('MongoNetworkError')
    expect(await ping(client)).toMatchObject({ ok: 1 })
  })

  it('closes the connection of a command that waits for no answer', async () => {
    const client = fixture.connect({ maxPoolSize: 1 })
    const collection = client.db('test').collection<{ _id: number }>('c')
    await configure('failCommand', { times: 1 }, { failCommands: ['insert'], closeConnection: true })
    await collection.insertOne({ _id: 1 }, { writeConcern: { w: 0 } })
    // the driver learns of it some time
    await ping(client).catch(() => undefined)
    expect(await collection.countDocuments()).toBe(0)
  })

  it('makes a command wait, then run', async () => {
    const before = performance.now()
    await configure('failCommand', { times: 1 }, { failCommands: ['ping'], blockConnection: true, blockTimeMS: 60 })
    expect(await ping()).toMatchObject({ ok: 1 })
    expect(performance.now() - before).toBeGreaterThanOrEqual(59)
  })

  it('does not run a waiting command whose client has left', async () => {
    await configure(
      'failCommand',
      { times: 1 },
      { failCommands: ['insert'], blockConnection: true, blockTimeMS: 60_000 },
    )
    const client = fixture.connect({ retryWrites: false, socketTimeoutMS: 100 })
    const error = await failure(client.db('test').collection('c').insertOne({}))
    expect(error.name).toBe('MongoNetworkTimeoutError')
    await client.close()
    expect(await fixture.client.db('test').collection('c').countDocuments()).toBe(0)
  })

  it('says that a write concern failed after the write', async () => {
    const writeConcernError = { code: 91, errmsg: 'Replication is being shut down' }
    await configure('failCommand', { times: 1 }, { failCommands: ['insert'], writeConcernError })
    const error = await failure(fixture.client.db('test').command({ insert: 'c', documents: [{ _id: 1 }] }))
    expect(error).toMatchObject({ name: 'MongoWriteConcernError', result: { n: 1, writeConcernError } })
    expect(await fixture.client.db('test').collection('c').countDocuments()).toBe(1)
  })
})

describe('failGetMoreAfterCursorCheckout', () => {
  it('fails a getMore and closes its cursor, as failCommand does not', async () => {
    await insertThree()
    const getMore = await openCursor([])
    await configure('failCommand', { times: 1 }, { failCommands: ['getMore'], errorCode: 6 })
    expect(await failure(getMore())).toMatchObject({ code: 6 })
    expect(fixture.engine.stats().cursors).toBe(1)
    await configure('failGetMoreAfterCursorCheckout', { times: 1 }, { errorCode: 6 })
    expect(await failure(getMore())).toMatchObject({
      code: 6,
      codeName: 'HostUnreachable',
      message: "Hit the 'failGetMoreAfterCursorCheckout' failpoint",
      errorLabels: [],
    })
    expect(fixture.engine.stats().cursors).toBe(0)
    expect(await failure(getMore())).toMatchObject({ codeName: 'CursorNotFound' })
  })

  it('fails with InternalError without a code', async () => {
    await insertThree()
    const getMore = await openCursor([])
    await configure('failGetMoreAfterCursorCheckout', 'alwaysOn')
    expect(await failure(getMore())).toMatchObject({ codeName: 'InternalError' })
  })

  it('closes the connection', async () => {
    await insertThree()
    const getMore = await openCursor([])
    await configure('failGetMoreAfterCursorCheckout', { times: 1 }, { closeConnection: true })
    expect((await failure(getMore())).name).toBe('MongoNetworkError')
    expect(fixture.engine.stats().cursors).toBe(0)
  })

  it('does not touch a cursor that another getMore holds', async () => {
    const getMore = await openCursor([{ $changeStream: {} }])
    await configure('failGetMoreAfterCursorCheckout', { skip: 1 }, { errorCode: 6 })
    const both = [getMore(10_000), getMore(10_000)]
    expect(await failure(Promise.race(both))).toMatchObject({ code: 143, codeName: 'CursorInUse' })
    await insertThree()
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await failure(getMore())).toMatchObject({ code: 6 })
  })
})

describe('the labels of an injected error', () => {
  it.for([6, 7, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436])(
    'say that a change stream resumes after code %i, once its cursor is known',
    async (errorCode) => {
      const getMore = await openCursor([{ $changeStream: {} }])
      await configure('failCommand', { times: 1 }, { failCommands: ['getMore'], errorCode })
      expect(await labels(getMore())).toBeUndefined()
      await configure('failGetMoreAfterCursorCheckout', { times: 1 }, { errorCode })
      expect(await labels(getMore())).toEqual(['ResumableChangeStreamError'])
      await configure('failCommand', { times: 1 }, { failCommands: ['aggregate'], errorCode })
      expect(await labels(openCursor([{ $changeStream: {} }]))).toEqual(['ResumableChangeStreamError'])
    },
  )

  it('do not say so of other codes, or of other cursors', async () => {
    const getMore = await openCursor([{ $changeStream: {} }])
    await configure('failGetMoreAfterCursorCheckout', { times: 1 }, { errorCode: 216 })
    expect(await labels(getMore())).toBeUndefined()
    await configure('failCommand', { times: 1 }, { failCommands: ['aggregate'], errorCode: 6 })
    expect(await labels(openCursor([{ $match: {} }]))).toBeUndefined()
  })

  it('say of two codes that a change stream does not resume', async () => {
    for (const errorCode of [280, 286]) {
      await configure('failCommand', { times: 1 }, { failCommands: ['ping'], errorCode })
      expect(await labels(ping())).toEqual(['NonResumableChangeStreamError'])
    }
  })

  it('are those given, be it none', async () => {
    for (const errorLabels of [['Mine', 'Yours'], []]) {
      const getMore = await openCursor([{ $changeStream: {} }])
      await configure('failGetMoreAfterCursorCheckout', { times: 1 }, { errorCode: 6, errorLabels })
      expect(await labels(getMore())).toEqual(errorLabels.length > 0 ? errorLabels : undefined)
      await configure('failCommand', { times: 1 }, { failCommands: ['ping'], errorCode: 280, errorLabels })
      expect(await labels(ping())).toEqual(errorLabels.length > 0 ? errorLabels : undefined)
    }
  })

  it('say that a retryable write may be tried again, which the driver does', async () => {
    const client = fixture.connect({ monitorCommands: true })
    const seen: unknown[] = []
    client.on('commandFailed', ({ failure: { errorLabels } }: { failure: Error & { errorLabels?: string[] } }) =>
      seen.push(errorLabels),
    )
    await configure('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 11602 })
    await client.db('test').collection('c').insertOne({})
    const writeConcernError = { code: 91, errmsg: 'Shutting down' }
    await configure('failCommand', { times: 1 }, { failCommands: ['insert'], writeConcernError })
    await client.db('test').collection('c').insertOne({})
    expect(seen).toEqual([['RetryableWriteError']])
    expect(await client.db('test').collection('c').countDocuments()).toBe(2)
  })

  it('do not say so of a write that is not retryable', async () => {
    const client = fixture.connect({ retryWrites: false })
    await configure('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 11602 })
    expect(await labels(client.db('test').command({ insert: 'c', documents: [{}] }))).toBeUndefined()
  })

  it('say that a transaction may be run again, and leave it open', async () => {
    const collection = fixture.client.db('test').collection<{ _id: number }>('c')
    await collection.insertOne({ _id: 0 })
    await fixture.client.withSession(async (session) => {
      session.startTransaction()
      await collection.insertOne({ _id: 1 }, { session })
      await configure('failCommand', { times: 1 }, { failCommands: ['insert'], errorCode: 251 })
      expect(await labels(collection.insertOne({ _id: 2 }, { session }))).toEqual(['TransientTransactionError'])
      await session.commitTransaction()
    })
    expect(await collection.countDocuments()).toBe(2)
  })

  it('say that a commit may be tried again, which the driver does', async () => {
    const collection = fixture.client.db('test').collection<{ _id: number }>('c')
    await collection.insertOne({ _id: 0 })
    await fixture.client.withSession(async (session) => {
      session.startTransaction()
      await collection.insertOne({ _id: 1 }, { session })
      await configure('failCommand', { times: 1 }, { failCommands: ['commitTransaction'], errorCode: 11602 })
      await session.commitTransaction()
    })
    expect(await collection.countDocuments()).toBe(2)
  })
})

describe('onPrimaryTransactionalWrite', () => {
  const things = () => fixture.client.db('test').collection('things')
  const name = 'onPrimaryTransactionalWrite'

  it('closes the connection of a retryable write that stands, so that the driver tries again', async () => {
    await configure(name, { times: 1 })
    expect(await things().insertOne({ a: 1 })).toMatchObject({ acknowledged: true })
    expect(await things().countDocuments()).toBe(1)
    expect(await configure(name, 'off')).toBe(1)
  })

  it('fails the statement at which it acts, which changes nothing', async () => {
    await configure(name, { skip: 1 }, { failBeforeCommitExceptionCode: 1, closeConnection: false })
    expect(await failure(things().insertMany([{ _id: 1 }, { _id: 2 }] as object[]))).toMatchObject({ code: 1 })
    await configure(name, 'off')
    expect(await things().find().toArray()).toEqual([{ _id: 1 }])
  })

  it('has nothing done where the connection is closed and the write fails', async () => {
    const data = { failBeforeCommitExceptionCode: 1, closeConnection: true }
    await configure(name, { times: 1 }, data)
    await things().findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 1 } }, { upsert: true })
    expect(await things().findOne()).toMatchObject({ n: 1 })
  })

  it('leaves other writes alone', async () => {
    await configure(name, 'alwaysOn', { failBeforeCommitExceptionCode: 1 })
    const client = fixture.connect({ retryWrites: false })
    expect(await client.db('test').collection('things').insertOne({})).toMatchObject({ acknowledged: true })
    await client.withSession((session) =>
      session.withTransaction(() => client.db('test').collection('things').insertOne({}, { session })),
    )
    expect(await client.db('admin').command({ configureFailPoint: name, mode: 'off' })).toMatchObject({ count: 0 })
  })
})

describe('configureFailPoint', () => {
  it('ignores data that it does not know, as a real server', async () => {
    await configure('failCommand', { times: 1 }, { failCommands: ['ping'], errorCode: 8, errmsg: 'x', threadName: 'y' })
    expect(await failure(ping())).toMatchObject({ code: 8 })
  })

  const data = { failCommands: ['ping'], errorCode: 2 }

  it.for<[what: string, command: Document, codeName: string, message: string]>([
    ['an unknown fail point', { configureFailPoint: 'x', mode: 'off' }, 'FailPointSetFailed', 'x not found'],
    ['no mode', { configureFailPoint: 'failCommand', data }, 'IllegalOperation', "'mode'"],
    ['an unknown mode', { configureFailPoint: 'failCommand', mode: 'on', data }, 'BadValue', 'unknown mode: on'],
    ['a mode of another type', { configureFailPoint: 'failCommand', mode: 1, data }, 'TypeMismatch', "'mode'"],
    ['an empty mode', { configureFailPoint: 'failCommand', mode: {}, data }, 'BadValue', 'must be one of'],
    [
      'negative times',
      { configureFailPoint: 'failCommand', mode: { times: -1 }, data },
      'BadValue',
      'must be positive',
    ],
    ['unsound times', { configureFailPoint: 'failCommand', mode: { times: 'x' }, data }, 'TypeMismatch', "'times'"],
    ['data of another type', { configureFailPoint: 'failCommand', mode: 'off', data: 1 }, 'TypeMismatch', "'data'"],
    [
      'a field of another type',
      { configureFailPoint: 'failCommand', mode: 'alwaysOn', data: { ...data, errorCode: 'x' } },
      'TypeMismatch',
      "'data.errorCode' is the wrong type 'string'",
    ],
    [
      'blocking without a time',
      { configureFailPoint: 'failCommand', mode: 'alwaysOn', data: { ...data, blockConnection: true } },
      'InvalidOptions',
      "'blockTimeMS'",
    ],
    [
      'a further field',
      { configureFailPoint: 'failCommand', mode: 'off', x: 1 },
      'Location40415',
      'configureFailPoint.x',
    ],
  ])('refuses %s', async ([, command, codeName, message]) => {
    const error = await failure(fixture.client.db('admin').command(command))
    expect(error).toMatchObject({ codeName, message: expect.stringContaining(message) })
    expect(await ping()).toMatchObject({ ok: 1 })
  })

  it('is for the admin database only', async () => {
    const error = await failure(fixture.client.db('test').command({ configureFailPoint: 'failCommand', mode: 'off' }))
    expect(error).toMatchObject({ codeName: 'Unauthorized' })
  })
})
