import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createExpiry } from '../../../src/relay/transport/expiry.ts'
import { CLAIMS, NOW_MS, seconds, SECRET, secretToken, type TestClaims } from '../auth/issuer.ts'
import { useRelay } from '../../support/relay.ts'
import { openHandSocket } from '../../support/socket.ts'
import type { TestSubscription } from '../../support/subscription.ts'
import { eventStream, type TestTransport, webSocket } from '../../support/transports.ts'

const EXPIRES_S = seconds(NOW_MS) + 60
/** Expiry, the tolerance for the issuer's clock, and the time to renew. */
const DEADLINE_MS = NOW_MS + 60_000 + 5_000 + 30_000
const QUERY = `subscription ($db: String, $coll: String, $startAfter: ResumeToken, $startAtOperationTime: Timestamp) {
  changes(db: $db, coll: $coll, startAfter: $startAfter, startAtOperationTime: $startAtOperationTime) {
    resumeToken operationType documentKey
  }
}`

describe('credentials that do not expire', () => {
  it('cost a subscription nothing', () => {
    const expiry = createExpiry({ graceMs: 0, checkMs: 10, now: () => Infinity })
    const hold = vi.fn()
    const holder = { principal: { subject: 'a', roles: [], claims: {} } }
    expiry.bind(holder, {
      position: () => undefined,
      caughtUp: () => Promise.resolve(),
      resume() {},
      close() {},
      end() {},
      hold,
    })
    expect(hold).not.toHaveBeenCalled()
  })
})

describe('credentials that expire', () => {
  let nowMs = NOW_MS
  beforeEach(() => {
    nowMs = NOW_MS
  })

  const at = useRelay(() => ({
    auth: { jwt: { secret: SECRET, issuer: 'issuer', audience: 'relay' }, expiryCheckMs: 10 },
    now: () => nowMs,
  }))
  const tokenOf = (claims: TestClaims = {}) => secretToken({ ...CLAIMS, exp: EXPIRES_S, ...claims })
  const insert = (_id: number) => at.deployment.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id })
  const keysOf = ({ changes }: TestSubscription) => changes.map(({ documentKey }) => documentKey)

  async function start(
    transport: TestTransport,
    token: string,
    headers: Record<string, string> = {},
    from: object | undefined = undefined,
  ): Promise<TestSubscription> {
    const { t, i } = await at.deployment.operationTime()
    const variables = { db: at.db, coll: 'c', ...(from ?? { startAtOperationTime: { t, i: i + 1 } }) }
    const credentials = { ...headers, authorization: `Bearer ${token}` }
    const subscription = transport.subscribe(at.relay.graphqlUrl, variables, QUERY, credentials)
    at.onEnd(() => subscription.stop())
    return subscription
  }

  describe.each([webSocket, eventStream])('over $name', (transport) => {
    it('end a subscription with its position when the time to renew is over, and not before', async () => {
      const subscription = await start(transport, await tokenOf())
      await insert(1)
      await subscription.take(1)
      nowMs = DEADLINE_MS - 1
      await insert(2)
      await subscription.take(2)
      nowMs = DEADLINE_MS
      const failure = await subscription.failure()
      expect(failure).toMatchObject({
        message: 'The credentials have expired',
        extensions: { code: 'UNAUTHENTICATED' },
      })
      await insert(3)

      const startAfter = failure.extensions?.['resumeToken']
      expect(startAfter).toEqual(expect.any(String))
      const next = await start(transport, await tokenOf({ exp: EXPIRES_S + 600 }), {}, { startAfter })
      await next.take(1)
      expect([...keysOf(subscription), ...keysOf(next)]).toEqual([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    })

    it('lose nothing and repeat nothing when they expire amid writes', async () => {
      const delivered: unknown[] = []
      let subscription = await start(transport, await tokenOf())
      const docs = at.deployment.client.db(at.db).collection<{ _id: number }>('c')
      let written = 0
      const write = async () => {
        await docs.insertMany(Array.from({ length: 10 }, (_, i) => ({ _id: written + i })))
        written += 10
      }
      let isOver = false
      const writing = (async () => {
        while (!isOver) await write()
      })()
      for (let round = 1; round <= 3; round++) {
        await subscription.take(1)
        nowMs += DEADLINE_MS - NOW_MS
        const failure = await subscription.failure()
        delivered.push(...keysOf(subscription))
        const token = await tokenOf({ exp: EXPIRES_S + (round * (DEADLINE_MS - NOW_MS)) / 1_000 })
        subscription = await start(transport, token, {}, { startAfter: failure.extensions?.['resumeToken'] })
      }
      isOver = true
      await writing
      await write()
      await subscription.take(written - delivered.length)
      delivered.push(...keysOf(subscription))
      expect(delivered).toEqual(Array.from({ length: written }, (_, _id) => ({ _id })))
    })

    it('leave alone who has later ones, or ones that do not expire', async () => {
      const [early, late] = [
        await start(transport, await tokenOf()),
        await start(transport, await tokenOf({ exp: EXPIRES_S + 600 })),
      ]
      await insert(1)
      await Promise.all([early.take(1), late.take(1)])
      nowMs = DEADLINE_MS
      await early.failure()
      await insert(2)
      expect(await late.take(2)).toHaveLength(2)
    })
  })

  it('are renewed by an event stream that comes back with its last id', async () => {
    const first = await start(eventStream, await tokenOf())
    await insert(1)
    const [change] = await first.take(1)
    nowMs = DEADLINE_MS
    await first.failure()
    await insert(2)
    const headers = { 'last-event-id': change?.resumeToken ?? '' }
    const again = await start(eventStream, await tokenOf({ exp: EXPIRES_S + 600 }), headers)
    await again.take(1)
    expect(keysOf(again)).toEqual([{ _id: 2 }])
  })

  describe('on a socket', () => {
    async function open(claims: TestClaims = {}) {
      const socket = await openHandSocket(at.relay.graphqlUrl)
      at.onEnd(() => socket.close())
      socket.send({ type: 'connection_init', payload: { token: await tokenOf(claims) } })
      expect(await socket.receive()).toEqual({ type: 'connection_ack' })
      const renew = async (renewed: TestClaims, more: object = {}) => {
        socket.send({ type: 'ping', payload: { authorization: `Bearer ${await tokenOf(renewed)}`, ...more } })
        return socket.receive()
      }
      const subscribe = async (id: string) => {
        const { t, i } = await at.deployment.operationTime()
        const variables = { db: at.db, coll: 'c', startAtOperationTime: { t, i: i + 1 } }
        socket.send({ type: 'subscribe', id, payload: { query: QUERY, variables } })
      }
      return { ...socket, renew, subscribe }
    }
    const isNext = (id: string, _id: number) => ({
      type: 'next',
      id,
      payload: { data: { changes: { documentKey: { _id } } } },
    })
    const isExpired = (id: string) => ({
      type: 'error',
      id,
      payload: [{ message: 'The credentials have expired', extensions: { code: 'UNAUTHENTICATED' } }],
    })

    it('are renewed by a ping, whose answer says until when and not with what', async () => {
      const socket = await open({ jti: 'a' })
      await socket.subscribe('s')
      await insert(1)
      expect(await socket.receive()).toMatchObject(isNext('s', 1))
      const pong = await socket.renew({ exp: EXPIRES_S + 600, iat: 1, jti: 'b' }, { x: 1 })
      expect(pong).toEqual({ type: 'pong', payload: { x: 1, expiresAtMs: NOW_MS + 660_000 + 5_000 } })
      nowMs = DEADLINE_MS
      await insert(2)
      expect(await socket.receive()).toMatchObject(isNext('s', 2))
      // also what the timer has seen to be due goes on
      nowMs = DEADLINE_MS + 600_000 - 1
      await insert(3)
      expect(await socket.receive()).toMatchObject(isNext('s', 3))
      nowMs = DEADLINE_MS + 600_000
      expect(await socket.receive()).toMatchObject(isExpired('s'))
    })

    it('can be renewed during the time to renew, and after it for new subscriptions', async () => {
      const socket = await open()
      await socket.subscribe('s')
      await insert(1)
      await socket.receive()
      nowMs = DEADLINE_MS - 1
      expect(await socket.renew({ exp: EXPIRES_S + 100 })).toMatchObject({ type: 'pong' })
      nowMs = DEADLINE_MS
      await insert(2)
      expect(await socket.receive()).toMatchObject(isNext('s', 2))
      nowMs = DEADLINE_MS + 100_000
      expect(await socket.receive()).toMatchObject(isExpired('s'))
      await socket.subscribe('t')
      expect(await socket.receive()).toMatchObject(isExpired('t'))
      expect(await socket.renew({ exp: EXPIRES_S + 1_000 })).toMatchObject({
        payload: { expiresAtMs: expect.any(Number) },
      })
      await socket.subscribe('u')
      await insert(3)
      expect(await socket.receive()).toMatchObject(isNext('u', 3))
    })

    it.each<[string, TestClaims, string]>([
      ['of another caller', { sub: 'eve' }, 'The new credentials are not of the same caller'],
      ['with more roles', { roles: ['admin'] }, 'The new credentials are not of the same caller'],
      ['with another claim', { tenant: 't2' }, 'The new credentials are not of the same caller'],
      ['that have expired', { exp: seconds(NOW_MS) - 60 }, 'The token has expired'],
    ])('are not renewed by ones %s', async (_name, claims, message) => {
      const socket = await open()
      await socket.subscribe('s')
      expect(await socket.renew({ exp: EXPIRES_S + 600, ...claims })).toEqual({
        type: 'pong',
        payload: { errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] },
      })
      await insert(1)
      expect(await socket.receive()).toMatchObject(isNext('s', 1))
      nowMs = DEADLINE_MS
      expect(await socket.receive()).toMatchObject(isExpired('s'))
    })

    it('are not cut short by new ones that expire earlier', async () => {
      const socket = await open()
      await socket.subscribe('s')
      expect(await socket.renew({ exp: EXPIRES_S - 30 })).toMatchObject({ payload: { expiresAtMs: NOW_MS + 65_000 } })
    })

    it('are not taken from a ping before the connection is acknowledged', async () => {
      const socket = await openHandSocket(at.relay.graphqlUrl)
      at.onEnd(() => socket.close())
      socket.send({ type: 'ping', payload: { token: await tokenOf() } })
      expect(await socket.receive()).toMatchObject({
        type: 'pong',
        payload: { errors: [{ message: /nothing to renew/ }] },
      })
      socket.send({ type: 'connection_init' })
      expect(await socket.closed).toMatchObject({ code: 4403 })
    })

    it('leave other pings alone', async () => {
      const socket = await open()
      socket.send({ type: 'ping', payload: { a: 1 } })
      expect(await socket.receive()).toEqual({ type: 'pong', payload: { a: 1 } })
      socket.send({ type: 'ping' })
      expect(await socket.receive()).toEqual({ type: 'pong' })
    })

    it('end all subscriptions of a socket, and none that was completed before', async () => {
      const socket = await open()
      for (const id of ['a', 'b', 'c']) await socket.subscribe(id)
      await insert(1)
      for (let i = 0; i < 3; i++) expect(await socket.receive()).toMatchObject({ type: 'next' })
      socket.send({ type: 'complete', id: 'b' })
      await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(2))
      nowMs = DEADLINE_MS
      const ended = [await socket.receive(), await socket.receive()].map(({ id }) => id)
      expect(ended.sort()).toEqual(['a', 'c'])
      await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(0))
    })
  })
})
