import { describe, expect, it, vi } from 'vitest'
import { startEngine } from '../../src/engine/engine.ts'
import type { Logger } from '../../src/logger.ts'
import { SILENT } from '../../src/logger.ts'
import { createRelay } from '../../src/relay.ts'
import type { ChangesSubscriptionVariables } from '../operations.generated.ts'
import { startProxy } from '../support/proxy.ts'
import { useRelay } from '../support/relay.ts'
import { eventStream, webSocket } from '../support/transports.ts'

const transports = [webSocket, eventStream]

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

describe.each(transports)('a subscription over $name is refused', (transport) => {
  const at = useRelay()

  it.each<[code: string, variables: ChangesSubscriptionVariables, message: string]>([
    ['BAD_USER_INPUT', { db: null, coll: 'c' }, '`coll` needs `db`'],
    ['BAD_USER_INPUT', { db: 'a.b' }, 'does not allow'],
    ['FORBIDDEN', { coll: 'system.views' }, 'internal'],
    ['FORBIDDEN', { db: 'admin', coll: null }, 'You may not watch this namespace'],
    ['BAD_USER_INPUT', { startAfter: '82', startAtOperationTime: { t: 1, i: 1 } }, 'not several'],
    ['BAD_USER_INPUT', { startAtOperationTime: 'soon' }, 'timestamp'],
    ['BAD_USER_INPUT', { last: 1000 }, 'from 0 to 100'],
    ['BAD_USER_INPUT', { where: { $where: 'while (true) {}' } }, '$where'],
    ['BAD_USER_INPUT', { where: { a: { $regex: '(a+)+$' } } }, 'does not take the operator $regex'],
    ['BAD_USER_INPUT', { operationTypes: [] }, 'empty'],
    ['RESUME_TOKEN_INVALID', { startAfter: 'not a token' }, 'Not a resume token'],
    ['RESUME_TOKEN_INVALID', { startAfter: '8200' }, 'does not take this resume token'],
    ['RESUME_TOKEN_INVALID', { startAfter: base64url('{"_data": "zz"}') }, 'does not take this resume token'],
    ['RESUME_TOKEN_INVALID', { startAfter: base64url('{"_data": 5}') }, 'does not take this resume token'],
    ['BAD_USER_INPUT', { where: { a: { $date: 'soon' } } }, 'expected a date'],
  ])('with %s for %j', async (code, variables, message) => {
    const { extensions, message: text } = await (await at.subscribe(transport, variables)).failure()
    expect({ code: extensions?.['code'], text }).toEqual({ code, text: expect.stringContaining(message) })
  })

  it('with an error of GraphQL itself for an operation that is not valid', async () => {
    const invalid = transport.subscribe(at.relay.graphqlUrl, {}, 'subscription { nothing }')
    expect((await invalid.failure()).message).toContain('Cannot query field')
    const malformed = transport.subscribe(at.relay.graphqlUrl, {}, 'subscription {')
    expect((await malformed.failure()).message).toContain('Syntax Error')
    const endless = transport.subscribe(at.relay.graphqlUrl, {}, `{${' a'.repeat(5_000)}}`)
    expect((await endless.failure()).message).toContain('tokens')
    for (const subscription of [invalid, malformed, endless]) subscription.stop()
  })
})

describe.each(transports)('a subscription over $name', (transport) => {
  const options = { startTimeoutMs: 200, backoff: { initialMs: 20, maxMs: 50 } }

  it('ends with HISTORY_LOST when the oplog no longer reaches back', async () => {
    const engine = await startEngine({ oplogBytes: 10_000 })
    const relay = await createRelay({ port: 0, mongoUri: engine.uri })
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(engine.uri)
    const coll = client.db('test').collection('test')
    try {
      const first = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test', last: 10 })
      await coll.insertOne({ n: 1 })
      const [insert] = await first.take(1)
      first.stop()
      await coll.insertMany(Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1_000) })))
      const variables = { db: 'test', coll: 'test', startAfter: insert?.resumeToken ?? '' }
      const late = transport.subscribe(relay.graphqlUrl, variables)
      expect((await late.failure()).extensions).toEqual({ code: 'HISTORY_LOST' })
      late.stop()
    } finally {
      await client.close()
      await relay.stop()
      await engine.stop()
    }
  })

  it('starts now when the last changes of a quiet namespace are older than the oplog', async () => {
    const engine = await startEngine({ oplogBytes: 10_000 })
    const relay = await createRelay({ port: 0, mongoUri: engine.uri })
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(engine.uri)
    const db = client.db('test')
    await db.collection('test').insertMany([{ n: 1 }, { n: 2 }])
    await db.collection('busy').insertMany(Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1_000) })))
    const changes = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test', last: 1 })
    await vi.waitFor(async () => {
      await db.collection('test').insertOne({ n: 3 })
      expect(changes.changes[0]?.fullDocument).toMatchObject({ n: 3 })
    })
    changes.stop()
    await client.close()
    await relay.stop()
    await engine.stop()
  })

  it('waits for a MongoDB that cannot be reached, then ends with UPSTREAM_FAILED', async () => {
    const lines: string[] = []
    const log: Logger = { ...SILENT, warn: (_fields, message) => lines.push(message) }
    const relay = await createRelay({ ...options, port: 0, mongoUri: 'mongodb://127.0.0.1:1/', log })
    const changes = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test' })
    const { extensions, message } = await changes.failure()
    expect({ ...extensions, message }).toEqual({ code: 'UPSTREAM_FAILED', message: 'MongoDB cannot be reached' })
    await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('MongoDB cannot be reached; trying again')]))
    changes.stop()
    await relay.stop()
  })

  it('begins as soon as a MongoDB that was away can be reached', async () => {
    const engine = await startEngine()
    const proxy = await startProxy(engine.port)
    proxy.cut()
    const mongoUri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`
    const relay = await createRelay({ port: 0, mongoUri, backoff: options.backoff, readyTimeoutMs: 10 })
    const changes = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test' })
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(engine.uri)
    proxy.restore()
    await vi.waitFor(async () => {
      await client.db('test').collection('test').insertOne({})
      expect(changes.changes).not.toEqual([])
    })
    changes.stop()
    await client.close()
    await relay.stop()
    await proxy.stop()
    await engine.stop()
  })

  it('survives an outage of MongoDB: nothing missed, nothing twice', async () => {
    const engine = await startEngine()
    const proxy = await startProxy(engine.port)
    const mongoUri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`
    const relay = await createRelay({ port: 0, mongoUri, backoff: options.backoff })
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(engine.uri)
    const coll = client.db('test').collection('test')
    const changes = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test', last: 1 })
    await coll.insertOne({ n: 1 })
    await changes.take(1)
    for (const n of [2, 3, 4]) {
      proxy.cut()
      await coll.insertOne({ n })
      proxy.restore()
      await changes.take(n)
    }
    expect(changes.changes.map(({ fullDocument }) => fullDocument)).toMatchObject([1, 2, 3, 4].map((n) => ({ n })))
    changes.stop()
    await client.close()
    await relay.stop()
    await proxy.stop()
    await engine.stop()
  })

  it('ends with UPSTREAM_FAILED and the token to continue from when an outage lasts too long', async () => {
    const engine = await startEngine()
    const proxy = await startProxy(engine.port)
    const mongoUri = `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`
    const relay = await createRelay({ ...options, port: 0, mongoUri, outageLimitMs: 100 })
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(engine.uri)
    const changes = transport.subscribe(relay.graphqlUrl, { db: 'test', coll: 'test', last: 1 })
    await client.db('test').collection('test').insertOne({})
    await changes.take(1)
    proxy.cut()
    const { extensions } = await changes.failure()
    expect(extensions).toEqual({ code: 'UPSTREAM_FAILED', resumeToken: expect.stringMatching(/^[0-9A-F]+$/) })
    changes.stop()
    await client.close()
    await relay.stop()
    await proxy.stop()
    await engine.stop()
  })
})

describe.each(transports)('a subscription too many over $name', (transport) => {
  const at = useRelay(() => ({ maxSubscriptions: 1 }))

  it('is refused with LIMIT_EXCEEDED, until another one ends', async () => {
    const first = await at.subscribe(transport)
    const coll = at.deployment.client.db(at.db).collection('c')
    await coll.insertOne({})
    await first.take(1)
    const second = await at.subscribe(transport)
    expect((await second.failure()).extensions).toEqual({ code: 'LIMIT_EXCEEDED' })
    first.stop()
    await vi.waitFor(async () => {
      const third = await at.subscribe(transport)
      await coll.insertOne({})
      await third.take(1)
    })
  })
})
