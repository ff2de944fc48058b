import { describe, expect, it } from 'vitest'
import { openRawSubscriber } from '../../../support/raw-subscriber.ts'
import { useRelay } from '../../../support/relay.ts'
import { eventStream, type TestTransport, webSocket } from '../../../support/transports.ts'

describe('subscriptions of one principal', () => {
  const at = useRelay(() => ({ maxSubscriptionsPerPrincipal: 2 }))
  const begin = (transport: TestTransport) => {
    const query = `subscription { changes(db: "${at.db}", coll: "default", announceStart: true) { operationType } }`
    const subscription = transport.subscribe(at.relay.graphqlUrl, {}, query)
    at.onEnd(() => subscription.stop())
    return subscription
  }

  it('are counted over all transports, and have room again when one ends', async () => {
    const first = begin(webSocket)
    const second = begin(eventStream)
    await Promise.all([first.take(1), second.take(1)])
    for (const transport of [webSocket, eventStream]) {
      const third = begin(transport)
      expect(await third.failure()).toMatchObject({
        message: 'This caller has 2 subscriptions already, as `maxSubscriptionsPerPrincipal` allows',
        extensions: { code: 'LIMIT_EXCEEDED' },
      })
    }
    first.stop()
    await expect
      .poll(async () => {
        const next = begin(eventStream)
        return next.take(1).then(
          ({ length }) => length,
          () => 0,
        )
      })
      .toBe(1)
  })
})

describe('a principal that has all it may', () => {
  const tokens = [1, 2].map((n) => ({ token: `a-token-of-principal-${n}`, subject: `principal ${n}` }))
  const at = useRelay(() => ({ auth: { tokens }, maxSubscriptionsPerPrincipal: 1 }))

  it.each([webSocket, eventStream])('takes nothing from another one, over $name', async (transport) => {
    const query = `subscription { changes(db: "${at.db}", coll: "default", announceStart: true) { operationType } }`
    const begin = (principal: 1 | 2) => {
      const authorization = `Bearer ${tokens[principal - 1]?.token}`
      const subscription = transport.subscribe(at.relay.graphqlUrl, {}, query, { authorization })
      at.onEnd(() => subscription.stop())
      return subscription
    }
    const first = begin(1)
    await first.take(1)
    expect((await begin(1).failure()).extensions).toMatchObject({ code: 'LIMIT_EXCEEDED' })
    const other = begin(2)
    await other.take(1)
    await at.deployment.client.db(at.db).collection('default').insertOne({})
    await Promise.all([first.take(2), other.take(2)])
  })
})

describe('catch-ups of one principal', () => {
  const at = useRelay(() => ({ maxCatchUps: 1, maxCatchUpsPerPrincipal: 2, windowEvents: 1 }))

  it('are refused over the limit with the position to continue from, and go on when others are done', async () => {
    const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('default')
    const keeper = await at.subscribe(webSocket, { coll: 'default' })
    await coll.insertMany(Array.from({ length: 50 }, (_, _id) => ({ _id })))
    const [first] = await keeper.take(50)
    const startAfter = first?.resumeToken ?? ''
    const raw = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => raw.close())
    const ids = Array.from({ length: 20 }, (_, n) => String(n))
    const query = `subscription ($startAfter: ResumeToken) {
      changes(db: "${at.db}", coll: "default", startAfter: $startAfter) { documentKey }
    }`
    for (const id of ids) raw.subscribe(id, query, { startAfter })
    const isSettled = (id: string) => raw.errors.has(id) || raw.received.get(id)?.length === 49
    await expect.poll(() => ids.filter(isSettled).length).toBe(20)
    expect(raw.errors.size).toBeGreaterThanOrEqual(1)
    expect(raw.errors.size).toBeLessThanOrEqual(18)
    const extensions = { code: 'LIMIT_EXCEEDED', resumeToken: startAfter }
    for (const error of raw.errors.values()) expect(error).toMatchObject([[{ extensions }]])
    const again = await at.subscribe(eventStream, { coll: 'default', startAfter })
    expect(await again.take(49)).toHaveLength(49)
  })
})

describe('an output rate', () => {
  const at = useRelay(() => ({ maxOutputBytesPerSecond: 100_000, windowEvents: 25 }))

  it.each([webSocket, eventStream])('delays what is over it, over $name, and loses nothing', async (transport) => {
    const subscription = await at.subscribe(transport, { coll: 'default' })
    const coll = at.deployment.client.db(at.db).collection<{ _id: number; text: string }>('default')
    // more than the rate allows in a second, and then what has to wait for that
    await coll.insertMany(Array.from({ length: 20 }, (_, _id) => ({ _id, text: 'x'.repeat(8_000) })))
    // a few at a time, which the window holds for who is not delayed
    for (let from = 20; from < 60; from += 5)
      await coll.insertMany(Array.from({ length: 5 }, (_, n) => ({ _id: from + n, text: '' })))
    const changes = await subscription.take(60)
    expect(changes.map(({ documentKey }) => documentKey)).toEqual(Array.from({ length: 60 }, (_, _id) => ({ _id })))
    expect(at.relay.stats().catchUps).toBeGreaterThan(0)
  })
})
