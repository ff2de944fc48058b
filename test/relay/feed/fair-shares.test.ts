import { describe, expect, it } from 'vitest'
import { openRawSubscriber } from '../../support/raw-subscriber.ts'
import { useRelay } from '../../support/relay.ts'
import { eventStream } from '../../support/transports.ts'

const STARTED = 'subscription ($db: String) { changes(db: $db, coll: "c", announceStart: true) { operationType } }'

/** As one who comes by the proxy that the relay of these tests trusts. */
const from = (address: string) => ({ 'X-Forwarded-For': address })

describe('change streams', () => {
  const at = useRelay(() => ({ maxUpstreams: 5, trustedProxies: ['127.0.0.1'] }))

  it('are not all taken by one anonymous caller who watches names that do not exist', async () => {
    const crowd = await openRawSubscriber(at.relay.graphqlUrl, from('203.0.113.1'))
    at.onEnd(() => crowd.close())
    const names = Array.from({ length: 5 }, (_, n) => `${at.db}_${n}`)
    for (const db of names) crowd.subscribe(db, STARTED, { db })
    await expect.poll(() => [crowd.received.size, crowd.errors.size]).toEqual([2, 3])
    const message =
      'This caller uses as many change streams as it may: its share of 2, set by `maxUpstreamsPerPrincipal`'
    for (const error of crowd.errors.values())
      expect(error).toMatchObject([[{ message, extensions: { code: 'LIMIT_EXCEEDED' } }]])

    const honest = eventStream.subscribe(at.relay.graphqlUrl, { db: `${at.db}_9` }, STARTED, from('203.0.113.2'))
    at.onEnd(() => honest.stop())
    expect(await honest.take(1)).toEqual([{ operationType: 'started' }])
  })

  it('are counted by the IPv6 network of 64 bits, and have room again when a subscription ends', async () => {
    const one = await openRawSubscriber(at.relay.graphqlUrl, from('2001:db8::1'))
    const other = await openRawSubscriber(at.relay.graphqlUrl, from('2001:db8::2'))
    at.onEnd(() => one.close())
    at.onEnd(() => other.close())
    for (const n of [1, 2]) one.subscribe(`${n}`, STARTED, { db: `${at.db}_${n}` })
    await expect.poll(() => one.received.size).toBe(2)
    other.subscribe('3', STARTED, { db: `${at.db}_3` })
    await expect.poll(() => other.errors.size).toBe(1)
    // one that others watch counts, too
    other.subscribe('1', STARTED, { db: `${at.db}_1` })
    await expect.poll(() => other.received.size).toBe(1)
    one.complete('2')
    await expect.poll(() => at.relay.stats().subscribers).toBe(2)
    other.subscribe('4', STARTED, { db: `${at.db}_3` })
    await expect.poll(() => other.received.has('4')).toBe(true)
  })
})

describe('a resume behind many of another caller', () => {
  const at = useRelay(() => ({ maxCatchUps: 1, windowEvents: 1, trustedProxies: ['127.0.0.1'] }))

  it('is served before they are', async () => {
    const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('default')
    const keeper = await at.subscribe(eventStream, { coll: 'default' })
    await coll.insertMany(Array.from({ length: 400 }, (_, _id) => ({ _id })))
    const startAfter = (await keeper.take(400))[0]?.resumeToken ?? ''
    const query = `subscription ($startAfter: ResumeToken) {
      changes(db: "${at.db}", coll: "default", startAfter: $startAfter) { documentKey }
    }`
    const crowd = await openRawSubscriber(at.relay.graphqlUrl, from('203.0.113.1'))
    const honest = await openRawSubscriber(at.relay.graphqlUrl, from('203.0.113.2'))
    at.onEnd(() => crowd.close())
    at.onEnd(() => honest.close())
    for (let n = 0; n < 60; n++) crowd.subscribe(`${n}`, query, { startAfter })
    await expect.poll(() => at.relay.stats().waitingCatchUps).toBeGreaterThan(50)
    honest.subscribe('mine', query, { startAfter })
    await expect.poll(() => honest.received.get('mine')?.length).toBe(399)
    const isServed = (list: readonly unknown[]) => list.length === 399
    expect([...crowd.received.values()].filter(isServed).length).toBeLessThan(30)
    await expect.poll(() => [...crowd.received.values()].filter(isServed).length).toBe(60)
    expect(at.relay.stats()).toMatchObject({ runningCatchUps: 0, waitingCatchUps: 0 })
  })
})

describe('catch-ups that take longer than a turn', () => {
  const at = useRelay(() => ({ maxCatchUps: 1, catchUpTurnMs: 1, windowEvents: 1, trustedProxies: ['127.0.0.1'] }))

  it('go on in turns, without gap or duplicate', async () => {
    const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('default')
    const keeper = await at.subscribe(eventStream, { coll: 'default' })
    const ids = Array.from({ length: 1_000 }, (_, _id) => _id)
    await coll.insertMany(ids.map((_id) => ({ _id })))
    const startAfter = (await keeper.take(ids.length))[0]?.resumeToken ?? ''
    const query = `subscription ($startAfter: ResumeToken) {
      changes(db: "${at.db}", coll: "default", startAfter: $startAfter) { documentKey }
    }`
    const callers = await Promise.all(
      ['203.0.113.1', '203.0.113.2', '203.0.113.3'].map((address) =>
        openRawSubscriber(at.relay.graphqlUrl, from(address)),
      ),
    )
    for (const caller of callers) {
      at.onEnd(() => caller.close())
      caller.subscribe('mine', query, { startAfter })
    }
    const expected = ids.slice(1).map((_id) => ({ data: { changes: { documentKey: { _id } } } }))
    for (const { received } of callers) {
      await expect.poll(() => received.get('mine')?.length).toBe(expected.length)
      expect(received.get('mine')).toEqual(expected)
    }
    expect(at.relay.stats().catchUps).toBeGreaterThan(callers.length)
    expect(at.relay.stats()).toMatchObject({ runningCatchUps: 0, waitingCatchUps: 0 })
  })
})

describe('subscriptions of anonymous callers', () => {
  const at = useRelay(() => ({ maxSubscriptions: 8, trustedProxies: ['127.0.0.1'] }))

  it('are shared by address', async () => {
    const crowd = await openRawSubscriber(at.relay.graphqlUrl, from('203.0.113.1'))
    at.onEnd(() => crowd.close())
    for (let n = 0; n < 8; n++) crowd.subscribe(`${n}`, STARTED, { db: at.db })
    await expect.poll(() => [crowd.received.size, crowd.errors.size]).toEqual([2, 6])
    const honest = eventStream.subscribe(at.relay.graphqlUrl, { db: at.db }, STARTED, from('203.0.113.2'))
    at.onEnd(() => honest.stop())
    expect(await honest.take(1)).toEqual([{ operationType: 'started' }])
  })
})
