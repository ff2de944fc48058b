import { describe, expect, it } from 'vitest'
import { useRelay } from '../../../support/relay.ts'
import { eventStream, webSocket } from '../../../support/transports.ts'

function aliased(field: string, count: number): string {
  const fields = Array.from({ length: count }, (_, n) => `f${n}: ${field}`).join(' ')
  return `subscription ($db: String, $coll: String, $startAfter: ResumeToken) {
    changes(db: $db, coll: $coll, startAfter: $startAfter) { resumeToken ${fields} }
  }`
}

describe.each([webSocket, eventStream])('over $name', (transport) => {
  const at = useRelay(() => ({ maxResultBytes: 100_000 }))
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number; text?: string }>('default')

  it('an operation with too many response keys is refused with LIMIT_EXCEEDED', async () => {
    const operation = transport.subscribe(at.relay.graphqlUrl, { db: at.db, coll: 'default' }, aliased('json', 600))
    expect(await operation.failure()).toMatchObject({
      message: expect.stringContaining('more than 50 response keys'),
      extensions: { code: 'LIMIT_EXCEEDED' },
    })
    operation.stop()
  })

  it('an event whose result is too large ends the subscription, and its token leads past the event', async () => {
    const keeper = await at.subscribe(transport, { coll: 'default' })
    await coll().insertMany([{ _id: 1 }, { _id: 2, text: 'x'.repeat(5_000) }, { _id: 3 }])
    const events = await keeper.take(3)
    const start = { db: at.db, coll: 'default', startAfter: events[0]?.resumeToken ?? '' }

    const large = transport.subscribe(at.relay.graphqlUrl, start, aliased('json', 40))
    const { extensions } = await large.failure()
    expect(extensions).toEqual({ code: 'EVENT_TOO_LARGE', resumeToken: events[1]?.resumeToken })
    expect(large.changes).toEqual([])
    await large.ended()
    large.stop()

    const startAfter = String(extensions?.['resumeToken'])
    const next = transport.subscribe(at.relay.graphqlUrl, { ...start, startAfter }, aliased('json', 40))
    expect((await next.take(1))[0]?.resumeToken).toBe(events[2]?.resumeToken)
    next.stop()
  })

  it('an event whose result is too large ends those who read along, after what comes before it, and nobody else', async () => {
    const keeper = await at.subscribe(transport, { coll: 'default' })
    const variables = { db: at.db, coll: 'default' }
    const large = [1, 2].map(() => transport.subscribe(at.relay.graphqlUrl, variables, aliased('json', 40)))
    let count = 0
    // nobody is told when a subscription has begun: write until both have something
    await expect
      .poll(async () => {
        await coll().insertOne({ _id: ++count })
        return large.every(({ changes }) => changes.length > 0)
      })
      .toBe(true)
    await coll().insertMany([{ _id: -1 }, { _id: -2, text: 'x'.repeat(5_000) }, { _id: -3 }])
    const events = await keeper.take(count + 3)
    for (const subscription of large) {
      const { extensions } = await subscription.failure()
      expect(extensions).toEqual({ code: 'EVENT_TOO_LARGE', resumeToken: events.at(-2)?.resumeToken })
      expect(subscription.changes.at(-1)?.resumeToken).toBe(events.at(-3)?.resumeToken)
      subscription.stop()
    }
  })
})
