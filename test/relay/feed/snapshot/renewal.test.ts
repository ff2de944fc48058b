import { describe, expect, it } from 'vitest'
import { useRelay } from '../../../support/relay.ts'
import { webSocket } from '../../../support/transports.ts'
import { stateIn, stateOf, typesOf } from './collection-state.ts'

interface Item {
  readonly _id: number
  readonly n: number
}

describe('a snapshot begins again', () => {
  const at = useRelay()
  const coll = (name = 'c') => at.deployment.client.db(at.db).collection<Item>(name)
  const subscribe = (variables = {}) => {
    const given = { db: at.db, coll: 'c', snapshot: 'FIRST', ...variables } as const
    const subscription = webSocket.subscribe(at.relay.graphqlUrl, given)
    at.onEnd(() => subscription.stop())
    return subscription
  }

  it('when its collection is dropped and made anew', async () => {
    await coll().insertOne({ _id: 1, n: 1 })
    const subscription = subscribe()
    await subscription.take(2)
    await coll().drop()
    await subscription.take(5)
    await coll().insertOne({ _id: 2, n: 2 })
    const changes = await subscription.take(6)
    expect(typesOf(changes)).toEqual(['snapshot', 'snapshotEnd', 'drop', 'snapshotStart', 'snapshotEnd', 'insert'])
    expect(stateOf(changes)).toEqual(stateIn(await coll().find().toArray()))
  })

  it('when another collection takes its name, whose documents are in no event', async () => {
    await coll().insertOne({ _id: 1, n: 1 })
    await coll('d').insertMany([2, 3].map((_id) => ({ _id, n: _id })))
    const subscription = subscribe({ where: '{"fullDocument.n": {"$gt": 0}}' })
    await subscription.take(2)
    await coll('d').rename('c', { dropTarget: true })
    await expect.poll(() => typesOf(subscription.changes).at(-1)).toBe('snapshotEnd')
    await expect
      .poll(() => stateOf(subscription.changes))
      .toEqual(new Map([2, 3].map((_id) => [JSON.stringify({ _id }), { _id, n: _id }])))
    expect(typesOf(subscription.changes)).not.toContain('invalidate')
  })

  it('when it is continued after the event that says so', async () => {
    await coll().insertOne({ _id: 1, n: 1 })
    await coll('d').insertOne({ _id: 2, n: 2 })
    const first = subscribe()
    await first.take(2)
    await coll('d').rename('c', { dropTarget: true })
    const changes = await first.take(4)
    first.stop()
    // the one before what begins again
    const index = typesOf(changes).indexOf('snapshotStart')
    const rest = subscribe({ startAfter: changes[index - 1]?.resumeToken })
    expect(typesOf(await rest.take(3))).toEqual(['snapshotStart', 'snapshot', 'snapshotEnd'])
  })

  it('after its start, where it is continued from there', async () => {
    await coll().insertOne({ _id: 1, n: 1 })
    const first = subscribe()
    await first.take(2)
    await coll().drop()
    const changes = await first.take(4)
    await coll().insertOne({ _id: 2, n: 2 })
    const rest = subscribe({ startAfter: changes[3]?.resumeToken })
    await expect.poll(() => stateOf(rest.changes)).toEqual(stateIn(await coll().find().toArray()))
    expect(typesOf(rest.changes)).not.toContain('snapshotStart')
  })

  it('as one subscription: limits count it once, and it ends once', async () => {
    const subscription = subscribe()
    await subscription.take(1)
    for (let n = 0; n < 3; n++) {
      await coll().insertOne({ _id: n, n })
      await coll().drop()
      await expect.poll(() => typesOf(subscription.changes).filter((type) => type === 'snapshotEnd').length).toBe(n + 2)
      expect(at.relay.stats().subscribers).toBe(1)
    }
    subscription.stop()
    await expect.poll(() => at.relay.stats().subscribers).toBe(0)
  })
})
