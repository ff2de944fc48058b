import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { watch, watchState, type WatchGap } from '../../src/client/index.ts'
import { useLostRelay } from './use-lost-relay.ts'

interface Order {
  readonly _id: number
  readonly pad?: string
}

describe('a watch that cannot be continued', () => {
  const at = useLostRelay({ namespace: 'shop.c', maxResultBytes: 64 * 1024 * 1024 })
  const coll = () => at.coll<Order>()
  const place = () => ({
    url: `${at.proxy.url}graphql`,
    db: 'shop',
    coll: 'c',
    webSocketImpl: WebSocket,
    backoff: { initialMs: 20, maxMs: 50 },
  })

  /** As long as the oplog does not reach back. */
  const loseHistory = () =>
    at.replace({}, async () => {
      for (let _id = 100; _id < 130; _id++) await coll().insertOne({ _id, pad: 'x'.repeat(100_000) })
    })

  it('goes on with what there is, after it has said what is missing', async () => {
    const seen: unknown[] = []
    const live = vi.fn()
    const changes = watch<Order>({
      ...place(),
      onStatus: ({ state }) => state === 'live' && live(),
      onGap: (gap) => seen.push(gap),
    })
    const first = changes.next()
    await vi.waitFor(() => expect(live).toHaveBeenCalled())
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    seen.push((await first).value?.documentKey?._id)
    await loseHistory()
    // it is for the reader first
    seen.push((await changes.next()).value?.documentKey?._id)
    const next = changes.next()
    await vi.waitFor(() => expect(seen).toHaveLength(3))
    await coll().insertOne({ _id: 3 })
    let { value } = await next
    // what the relay remembers
    while (value && value.documentKey?._id !== 3) value = (await changes.next()).value
    expect(seen).toEqual([1, 2, { kind: 'stretch', code: 'HISTORY_LOST', reason: expect.any(String) }])
    await changes.return()
  })

  it('goes on from a token that is not taken, and ends where there is none to do without', async () => {
    const gaps: WatchGap[] = []
    const options = { ...place(), onGap: (gap: WatchGap) => void gaps.push(gap) }
    const changes = watch({ ...options, startAfter: '82' })
    const next = changes.next()
    await vi.waitFor(() => expect(gaps).toMatchObject([{ code: 'RESUME_TOKEN_INVALID' }]))
    await coll().insertOne({ _id: 1 })
    expect((await next).value?.documentKey).toEqual({ _id: 1 })
    await changes.return()
    await expect(watch({ ...options, where: { $where: '' } }).next()).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('goes on after a change that is too large', async () => {
    await at.replace({ maxResultBytes: 10_000 })
    const gaps: WatchGap[] = []
    const live = vi.fn()
    const onStatus = ({ state }: { state: string }) => state === 'live' && live()
    const changes = watch<Order>({ ...place(), onStatus, onGap: (gap) => gaps.push(gap) })
    const next = changes.next()
    await vi.waitFor(() => expect(live).toHaveBeenCalled())
    await coll().insertMany([{ _id: 1, pad: 'x'.repeat(20_000) }, { _id: 2 }])
    expect((await next).value?.documentKey?._id).toBe(2)
    expect(gaps).toMatchObject([{ kind: 'change', code: 'EVENT_TOO_LARGE' }])
    await changes.return()
  })

  it('loads the state anew, which shows what was there until then', async () => {
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    const state = watchState<Order>(place())
    await state.ready()
    await coll().deleteOne({ _id: 1 })
    await vi.waitFor(() => expect(state.documents.size).toBe(1))
    const sizes = new Set<number>()
    state.subscribe(() => sizes.add(state.documents.size))
    await loseHistory()
    await coll().deleteOne({ _id: 2 })
    await vi.waitFor(() => expect([state.documents.size, state.isCurrent]).toEqual([30, true]))
    expect(state.documents.has('{"_id":2}')).toBe(false)
    expect(sizes).not.toContain(0)
    state.stop()
  })

  it('ends the state with a document that is too large, without which there is none', async () => {
    await at.replace({ maxResultBytes: 10_000 })
    const state = watchState<Order>(place())
    await state.ready()
    await coll().insertOne({ _id: 1, pad: 'x'.repeat(20_000) })
    await vi.waitFor(() => expect(state.error).toMatchObject({ code: 'EVENT_TOO_LARGE' }))
    expect(state.isCurrent).toBe(false)
  })
})
