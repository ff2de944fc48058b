import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { watchState, type WatchedState, type WatchStateOptions } from '../../../src/client/index.ts'
import { startProxy } from '../../support/proxy.ts'
import { useRelay } from '../../support/relay.ts'
import { addressOf } from '../../support/server-address.ts'

interface Order {
  readonly _id: number
  readonly status: string
}

describe('the state of a collection', () => {
  const at = useRelay()
  const orders = () => at.deployment.client.db(at.db).collection<Order>('c')
  const insert = (...ids: number[]) => orders().insertMany(ids.map((_id) => ({ _id, status: 'new' })))

  function start(options: Partial<WatchStateOptions> = {}): WatchedState<Order> {
    const place = { url: at.relay.graphqlUrl, db: at.db, coll: 'c' }
    const backoff = { initialMs: 10, maxMs: 50 }
    const state = watchState<Order>({ ...place, webSocketImpl: WebSocket, backoff, noticeEveryMs: 1, ...options })
    at.onEnd(() => state.stop())
    return state
  }

  const collection = async (filter = {}) =>
    new Map((await orders().find(filter).toArray()).map((order) => [JSON.stringify({ _id: order._id }), order]))

  async function expectAll(state: WatchedState<Order>, filter = {}): Promise<void> {
    const expected = await collection(filter)
    await vi.waitFor(() => expect([state.documents, state.isCurrent]).toEqual([expected, true]))
  }

  it('is loaded, and follows what happens', async () => {
    await insert(1, 2, 3)
    const state = start()
    expect([state.isLive, state.isCurrent, state.documents.size]).toEqual([false, false, 0])
    await state.ready()
    await expectAll(state)
    await orders().updateOne({ _id: 1 }, { $set: { status: 'paid' } })
    await orders().deleteOne({ _id: 2 })
    await insert(4)
    await expectAll(state)
    expect(state.get(1)).toEqual({ _id: 1, status: 'paid' })
    expect(state.get(2)).toBeUndefined()
    await orders().drop()
    await vi.waitFor(() => expect([state.documents.size, state.isCurrent]).toEqual([0, true]))
    await insert(5)
    await expectAll(state)
  })

  it('is that of the documents that match', async () => {
    await orders().insertMany([1, 2, 3].map((_id) => ({ _id, status: _id === 2 ? 'paid' : 'new' })))
    const state = start({ where: { 'fullDocument.status': 'new' } })
    await state.ready()
    await expectAll(state, { status: 'new' })
    await orders().updateOne({ _id: 1 }, { $set: { status: 'paid' } })
    await orders().updateOne({ _id: 2 }, { $set: { status: 'new' } })
    await expectAll(state, { status: 'new' })
  })

  it('is equal to the collection after cuts at any moment', async () => {
    const proxy = await startProxy(addressOf(at.relay.url))
    at.onEnd(() => proxy.stop())
    await insert(...Array.from({ length: 300 }, (_, id) => id))
    const state = start({ url: `${proxy.url}graphql` })
    for (let round = 0; round < 8; round++) {
      // while it connects, after it has begun, amidst the documents, and behind them
      if (round % 2 === 0) await vi.waitFor(() => expect(state.version).toBeGreaterThan(round))
      else await vi.waitFor(() => expect(state.isLive).toBe(true))
      proxy.interrupt()
      await orders().updateOne({ _id: round * 7 }, { $set: { status: `${round}` } })
      await orders().deleteOne({ _id: 299 - round })
      await insert(1_000 + round)
      proxy.restore()
    }
    await expectAll(state)
  })

  it('tells of many changes in few notices, and of all of them', async () => {
    await insert(0)
    const state = start({ noticeEveryMs: 50 })
    await state.ready()
    const sizes: number[] = []
    state.subscribe(() => sizes.push(state.documents.size))
    await insert(...Array.from({ length: 2_000 }, (_, id) => id + 1))
    await vi.waitFor(() => expect(sizes.at(-1)).toBe(2_001))
    expect(sizes.length).toBeLessThan(500)
  })

  it('gives the latest documents to who iterates', async () => {
    await insert(1)
    const state = start()
    await state.ready()
    const iterator = state[Symbol.asyncIterator]()
    expect([...((await iterator.next()).value ?? [])].length).toBe(1)
    await insert(2, 3)
    let size = 0
    while (size < 3) size = (await iterator.next()).value?.size ?? 0
    const next = iterator.next()
    state.stop()
    let last = await next
    while (!last.done) last = await iterator.next()
    expect([state.isLive, state.error]).toEqual([false, undefined])
  })

  it('ends with the reason when there are too many documents, and with what trying again does not mend', async () => {
    await insert(1, 2, 3)
    const many = start({ maxDocuments: 2 })
    await expect(many.ready()).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' })
    const wrong = start({ where: { $where: '1' } })
    await expect(wrong.ready()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(
      wrong[Symbol.asyncIterator]()
        .next()
        .then(({ done }) => done),
    ).resolves.toBe(false)
    expect([wrong.isLive, many.isCurrent]).toEqual([false, false])
    const stopped = start()
    stopped.stop()
    await expect(stopped.ready()).rejects.toThrow('stopped')
  })
})
