import { describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

describe.each([eventStream, webSocket])('a resume token over $name', (transport) => {
  const at = useRelay()
  const coll = (name: string) => at.deployment.client.db(at.db).collection<{ _id: number }>(name)

  /** The token of an insert, as a subscription to a collection, or to its database, gives it. */
  async function tokenOf(scope: { coll: string | null }, name: string): Promise<string> {
    const subscription = await at.subscribe(transport, scope)
    await coll(name).insertOne({ _id: 1 })
    const [change] = await subscription.take(1)
    subscription.stop()
    return change?.resumeToken ?? ''
  }
  const refused = { extensions: { code: 'RESUME_TOKEN_INVALID' } }

  it('of another collection is refused, whether or not anything happens there', async () => {
    await coll('quiet').insertOne({ _id: 0 })
    const startAfter = await tokenOf({ coll: 'a' }, 'a')
    for (const name of ['quiet', 'absent']) {
      const subscription = await at.subscribe(transport, { coll: name, startAfter })
      expect(await subscription.failure()).toMatchObject(refused)
    }
    await coll('busy').insertOne({ _id: 0 })
    const busy = await at.subscribe(transport, { coll: 'busy', startAfter })
    expect(await busy.failure()).toMatchObject(refused)
  })

  it('of another database is refused', async () => {
    const startAfter = await tokenOf({ coll: 'a' }, 'a')
    const subscription = await at.subscribe(transport, { db: `${at.db}_2`, coll: null, startAfter })
    expect(await subscription.failure()).toMatchObject(refused)
  })

  it('of the whole database continues the collection that it is of, and the other way round', async () => {
    const wide = await tokenOf({ coll: null }, 'a')
    await coll('a').insertOne({ _id: 2 })
    const narrow = await at.subscribe(transport, { coll: 'a', startAfter: wide })
    const all = await at.subscribe(transport, { coll: null, startAfter: wide })
    expect([await narrow.take(1), await all.take(1)]).toMatchObject([
      [{ documentKey: { _id: 2 } }],
      [{ documentKey: { _id: 2 } }],
    ])
    const other = await at.subscribe(transport, { coll: 'b', startAfter: wide })
    expect(await other.failure()).toMatchObject(refused)
  })

  it('continues a quiet collection, after what it is of was renamed, dropped or created anew', async () => {
    const startAfter = await tokenOf({ coll: 'a' }, 'a')
    const same = await at.subscribe(transport, { coll: 'a', startAfter })
    await coll('b').insertOne({ _id: 0 })
    await coll('a').rename('c')
    expect(await same.take(2)).toMatchObject([{ operationType: 'rename' }, { operationType: 'invalidate' }])
    await coll('a').insertOne({ _id: 2 })
    const again = await at.subscribe(transport, { coll: 'a', startAfter })
    expect((await again.take(3)).map(({ operationType }) => operationType)).toEqual(['rename', 'invalidate', 'insert'])
    const invalidated = again.changes[1]?.resumeToken ?? ''
    const after = await at.subscribe(transport, { coll: 'a', startAfter: invalidated })
    expect(await after.take(1)).toMatchObject([{ documentKey: { _id: 2 } }])
  })
})
