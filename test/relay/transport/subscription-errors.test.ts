import { describe, expect, it, vi } from 'vitest'
import { type Logger, SILENT } from '../../../src/util/logs/logger.ts'
import type { RelayOptions } from '../../../src/relay/options.ts'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import type { ChangesSubscriptionVariables } from '../../operations.generated.ts'
import { startProxy, type Proxy } from '../../support/proxy.ts'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'
import { useDeployment } from '../../support/use-deployment.ts'

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
  const at = useDeployment({ oplogBytes: 10_000 })
  const options = { startTimeoutMs: 200, backoff: { initialMs: 20, maxMs: 50 } }
  const coll = () => at.client.db(at.db).collection('test')
  const subscribe = (relay: Relay, variables: ChangesSubscriptionVariables = {}) =>
    transport.subscribe(relay.graphqlUrl, { db: at.db, coll: 'test', ...variables })
  const large = () => Array.from({ length: 100 }, () => ({ text: 'x'.repeat(1_000) }))

  const start = (more: RelayOptions = {}) =>
    createRelay({ port: 0, namespace: `${at.db}.test`, mongoUri: at.uri, ...more })

  async function withProxy(test: (proxy: Proxy, start: (more?: RelayOptions) => Promise<Relay>) => Promise<void>) {
    const proxy = await startProxy(await at.server())
    const relays: Relay[] = []
    try {
      await test(proxy, async (more = {}) => {
        const relay = await start({ mongoUri: at.uriThrough(proxy.port), backoff: options.backoff, ...more })
        relays.push(relay)
        return relay
      })
    } finally {
      for (const relay of relays) await relay.stop()
      await proxy.stop()
    }
  }

  it('ends with HISTORY_LOST when the history no longer reaches back', async () => {
    at.engineFor('an oplog that rolls over at once')
    const relay = await start()
    try {
      const first = subscribe(relay, { last: 10 })
      await coll().insertOne({ n: 1 })
      const [insert] = await first.take(1)
      first.stop()
      await coll().insertMany(large())
      const late = subscribe(relay, { startAfter: insert?.resumeToken ?? '' })
      expect((await late.failure()).extensions).toEqual({ code: 'HISTORY_LOST' })
      late.stop()
    } finally {
      await relay.stop()
    }
  })

  it('starts now when the last changes of a quiet namespace are older than the oplog', async () => {
    at.engineFor('an oplog that rolls over at once')
    const relay = await start()
    await coll().insertMany([{ n: 1 }, { n: 2 }])
    await at.client.db(at.db).collection('busy').insertMany(large())
    const changes = subscribe(relay, { last: 1 })
    await vi.waitFor(async () => {
      await coll().insertOne({ n: 3 })
      expect(changes.changes[0]?.fullDocument).toMatchObject({ n: 3 })
    })
    changes.stop()
    await relay.stop()
  })

  it('waits for a MongoDB that cannot be reached, then ends with UPSTREAM_FAILED', async () => {
    const lines: string[] = []
    const log: Logger = { ...SILENT, warn: (_fields, message) => lines.push(message) }
    const relay = await createRelay({ ...options, port: 0, mongoUri: 'mongodb://127.0.0.1:1/', log })
    const changes = subscribe(relay)
    const { extensions, message } = await changes.failure()
    expect({ ...extensions, message }).toEqual({ code: 'UPSTREAM_FAILED', message: 'MongoDB cannot be reached' })
    await vi.waitFor(() => expect(lines).toEqual([expect.stringContaining('MongoDB cannot be reached; trying again')]))
    changes.stop()
    await relay.stop()
  })

  it('begins as soon as a MongoDB that was away can be reached', async () => {
    await withProxy(async (proxy, startBehind) => {
      proxy.interrupt()
      const relay = await startBehind({ readyTimeoutMs: 10 })
      const changes = subscribe(relay)
      proxy.restore()
      await vi.waitFor(async () => {
        await coll().insertOne({})
        expect(changes.changes).not.toEqual([])
      })
      changes.stop()
    })
  })

  it('survives an outage of MongoDB: nothing missed, nothing twice', async () => {
    await withProxy(async (proxy, startBehind) => {
      const changes = subscribe(await startBehind(), { last: 1 })
      await coll().insertOne({ n: 1 })
      await changes.take(1)
      for (const n of [2, 3, 4]) {
        proxy.interrupt()
        await coll().insertOne({ n })
        proxy.restore()
        await changes.take(n)
      }
      expect(changes.changes.map(({ fullDocument }) => fullDocument)).toMatchObject([1, 2, 3, 4].map((n) => ({ n })))
      changes.stop()
    })
  })

  it('ends with UPSTREAM_FAILED and the token to continue from when an outage lasts too long', async () => {
    await withProxy(async (proxy, startBehind) => {
      const changes = subscribe(await startBehind({ ...options, outageLimitMs: 500 }), { last: 1 })
      await coll().insertOne({})
      await changes.take(1)
      proxy.interrupt()
      const { extensions } = await changes.failure()
      expect(extensions).toEqual({ code: 'UPSTREAM_FAILED', resumeToken: expect.stringMatching(/^[0-9A-F]+$/) })
      changes.stop()
    })
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
