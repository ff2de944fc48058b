import { describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

describe.each([webSocket, eventStream])('a subscription over $name that announces its start', (transport) => {
  const at = useRelay()
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number }>('c')
  const query = `subscription ($db: String, $startAfter: ResumeToken) {
    changes(db: $db, coll: "c", startAfter: $startAfter, operationTypes: ["insert"], announceStart: true) {
      resumeToken operationType documentKey fullDocument
    }
  }`

  function subscribe(variables: { readonly startAfter?: string } = {}) {
    const subscription = transport.subscribe(at.relay.graphqlUrl, { db: at.db, ...variables }, query)
    at.onEnd(() => subscription.stop())
    return subscription
  }

  it('delivers what is written from then on, and nothing from before', async () => {
    for (let _id = 0; _id < 20; _id += 2) {
      await coll().insertOne({ _id })
      const changes = subscribe()
      const [started] = await changes.take(1)
      expect(started).toMatchObject({ operationType: 'started', documentKey: null, fullDocument: null })
      await coll().insertOne({ _id: _id + 1 })
      expect((await changes.take(2))[1]).toMatchObject({ operationType: 'insert', documentKey: { _id: _id + 1 } })
      changes.stop()
    }
  })

  it('can be continued although nothing had happened, and then has nothing from before', async () => {
    await coll().insertOne({ _id: 0 })
    const first = subscribe()
    const [started] = await first.take(1)
    first.stop()
    await coll().insertOne({ _id: 1 })
    const second = subscribe({ startAfter: started?.resumeToken ?? '' })
    const [again, insert] = await second.take(2)
    expect(again).toEqual(started)
    expect(insert).toMatchObject({ documentKey: { _id: 1 } })
  })
})
