import { describe, expect, it } from 'vitest'
import { useRelay } from '../support/relay.ts'
import type { TestTransport } from '../support/transports.ts'
import { eventStream, webSocket } from '../support/transports.ts'

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
        message: 'This caller has 2 subscriptions already',
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

describe('an output rate', () => {
  const at = useRelay(() => ({ maxOutputBytesPerSecond: 40_000, windowEvents: 5 }))

  it.each([webSocket, eventStream])('delays what is over it, over $name, and loses nothing', async (transport) => {
    const subscription = await at.subscribe(transport, { coll: 'default' })
    const coll = at.deployment.client.db(at.db).collection<{ _id: number; text: string }>('default')
    for (let _id = 0; _id < 60; _id++) await coll.insertOne({ _id, text: 'x'.repeat(1_000) })
    const changes = await subscription.take(60)
    expect(changes.map(({ documentKey }) => documentKey)).toEqual(Array.from({ length: 60 }, (_, _id) => ({ _id })))
    expect(at.relay.stats().catchUps).toBeGreaterThan(0)
  })
})
