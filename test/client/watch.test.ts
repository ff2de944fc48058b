import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import {
  type Change,
  watch,
  type Watch,
  WatchError,
  type WatchOptions,
  type WatchStatus,
} from '../../src/client/index.ts'
import { createRelay } from '../../src/adapters/node/relay.ts'
import { startProxy } from '../support/proxy.ts'
import { addressOf } from '../support/server-address.ts'
import { useRelayBehindProxy } from '../support/relay-behind-proxy.ts'
import { useRelay } from '../support/relay.ts'

const FAST = { initialMs: 10, maxMs: 50 }

describe('watch', () => {
  const at = useRelay()
  const docs = () => at.deployment.client.db(at.db).collection<{ _id: number }>('c')
  const insert = (...ids: number[]) => docs().insertMany(ids.map((_id) => ({ _id })))

  /** From the cluster time now on, unless it says otherwise. */
  async function start(options: Partial<WatchOptions> = {}): Promise<Watch> {
    const { t, i } = await at.deployment.operationTime()
    const start = 'startAfter' in options ? {} : { startAtOperationTime: { t, i: i + 1 } }
    const defaults = { url: at.relay.graphqlUrl, webSocketImpl: WebSocket, backoff: FAST }
    const changes = watch({ ...defaults, db: at.db, coll: 'c', ...start, ...options })
    at.onEnd(() => changes.return())
    return changes
  }

  async function keys(changes: AsyncIterator<Change, undefined>, count: number): Promise<unknown[]> {
    const found: unknown[] = []
    while (found.length < count) found.push((await changes.next()).value?.documentKey)
    return found
  }

  it('gives changes with the fields of the schema', async () => {
    const changes = await start({ operationTypes: ['update'], fullDocument: 'UPDATE_LOOKUP' })
    await insert(1)
    await docs().updateOne({ _id: 1 }, { $set: { x: 1 } })
    const { value } = await changes.next()
    expect(value).toMatchObject({
      operationType: 'update',
      ns: { db: at.db, coll: 'c' },
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, x: 1 },
      updateDescription: { updatedFields: { x: 1 }, removedFields: [] },
    })
  })

  it('asks for the chosen fields only', async () => {
    const { t, i } = await at.deployment.operationTime()
    const changes = watch({
      url: at.relay.graphqlUrl,
      webSocketImpl: WebSocket,
      db: at.db,
      coll: 'c',
      fields: ['json', 'documentKey'],
      startAtOperationTime: { t, i: i + 1 },
    })
    at.onEnd(() => changes.return())
    await insert(1)
    const { value } = await changes.next()
    expect(Object.keys(value ?? {})).toEqual(['resumeToken', 'operationType', 'documentKey', 'json'])
    expect(value?.json).toMatchObject({ ns: { db: at.db, coll: 'c' }, fullDocument: { _id: 1 } })
  })

  it('sends filters along', async () => {
    const changes = await start({ where: { 'documentKey._id': { $gt: 2 } } })
    await insert(1, 2, 3)
    expect(await keys(changes, 1)).toEqual([{ _id: 3 }])
  })

  it('continues after each cut of the connection, with nothing missing and nothing twice', async () => {
    const proxy = await startProxy(addressOf(at.relay.url))
    at.onEnd(() => proxy.stop())
    const changes = await start({ url: `${proxy.url}graphql` })
    for (let round = 0; round < 5; round++) {
      await insert(round * 2)
      expect(await keys(changes, 1)).toEqual([{ _id: round * 2 }])
      proxy.interrupt()
      await insert(round * 2 + 1)
      proxy.restore()
      expect(await keys(changes, 1)).toEqual([{ _id: round * 2 + 1 }])
    }
  })

  it('continues at another relay in the place of one that stopped', async () => {
    const options = { mongoUri: at.deployment.uri, namespace: `${at.db}.c` }
    const first = await createRelay({ ...options, port: 0 })
    const changes = await start({ url: first.graphqlUrl })
    await insert(1)
    expect(await keys(changes, 1)).toEqual([{ _id: 1 }])
    await first.stop()
    await insert(2)
    const second = await createRelay({ ...options, port: Number(new URL(first.url).port) })
    at.onEnd(() => second.stop())
    expect(await keys(changes, 1)).toEqual([{ _id: 2 }])
  })

  it('tells from when on every write is delivered, also across a cut before the first change', async () => {
    const proxy = await startProxy(addressOf(at.relay.url))
    at.onEnd(() => proxy.stop())
    let tellLive = (): void => undefined
    const live = () => new Promise<void>((resolve) => (tellLive = resolve))
    const changes = watch({
      url: `ws://127.0.0.1:${proxy.port}/graphql`,
      db: at.db,
      coll: 'c',
      webSocketImpl: WebSocket,
      backoff: FAST,
      onStatus: ({ state }) => void (state === 'live' && tellLive()),
    })
    at.onEnd(() => changes.return())
    await insert(1)
    const isLive = live()
    const next = changes.next()
    await isLive
    proxy.interrupt()
    await insert(2)
    proxy.restore()
    expect((await next).value?.documentKey).toEqual({ _id: 2 })
  })

  it.each([
    ['BAD_USER_INPUT', { where: { $where: '1' } }],
    ['BAD_USER_INPUT', { where: { owner: undefined } }],
    ['BAD_USER_INPUT', { connectionParams: { n: 5n } }],
    ['BAD_USER_INPUT', { connectionParams: async () => ({ n: 5n }) }],
    ['RESUME_TOKEN_INVALID', { startAfter: '82' }],
  ])('ends with %s, which trying again does not mend', async (code, options) => {
    const changes = await start(options)
    const error = await changes.next().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(WatchError)
    expect(error).toMatchObject({ code })
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  it.each([
    ['a date', { at: new Date(5) }],
    ['an integer beyond 2^53', { at: 9007199254740993n }],
    [
      'a document whose fields JavaScript would reorder',
      {
        at: new Map([
          ['year', 1],
          ['7', 2],
          ['1', 3],
        ]),
      },
    ],
  ])('takes %s in a filter', async (_name, { at: value }) => {
    const changes = await start({ where: { 'fullDocument.at': value } })
    await docs().insertMany([
      { _id: 1, at: 0 },
      { _id: 2, at: value },
    ] as unknown as { _id: number }[])
    expect(await keys(changes, 1)).toEqual([{ _id: 2 }])
  })

  it('disconnects from the relay while its reader is behind, and continues where it was', async () => {
    const connections = vi.fn()
    const onStatus = ({ state }: WatchStatus) => void (state === 'live' && connections())
    const changes = await start({ maxQueued: 10, onStatus })
    const ids = Array.from({ length: 45 }, (_, i) => i)
    const first = changes.next()
    await insert(...ids)
    expect((await first).value?.documentKey).toEqual({ _id: 0 })
    expect(await keys(changes, 44)).toEqual(ids.slice(1).map((_id) => ({ _id })))
    expect(connections.mock.calls.length).toBeGreaterThan(3)
  })

  it('ends at once with the reason of its signal', async () => {
    const control = new AbortController()
    const changes = await start({ signal: control.signal })
    const next = changes.next()
    control.abort(new Error('enough'))
    await expect(next).rejects.toThrow('enough')
    await expect((await start({ signal: control.signal })).next()).rejects.toThrow('enough')
  })

  it('tries again at once when told to while it waits, and not otherwise', async () => {
    const states: string[] = []
    const changes = watch({
      url: 'ws://127.0.0.1:9/graphql',
      webSocketImpl: WebSocket,
      // longer than the test
      backoff: { initialMs: 600_000, maxMs: 600_000 },
      onStatus: ({ state }) => void states.push(state),
    })
    changes.retryNow()
    expect(states).toEqual([])
    const next = changes.next()
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'waiting']))
    changes.retryNow()
    changes.retryNow()
    await vi.waitFor(() => expect(states).toEqual(['connecting', 'waiting', 'connecting', 'waiting']))
    await changes.return()
    changes.retryNow()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(states).toHaveLength(4)
  })

  it('keeps trying while there is no relay, with growing waits, until it is left', async () => {
    const waits: number[] = []
    let leave = (): unknown => undefined
    const random = () => 1
    const changes = watch({
      // port 9 is that of the discard service, which nobody runs
      url: 'ws://127.0.0.1:9/graphql',
      webSocketImpl: WebSocket,
      backoff: { initialMs: 5, maxMs: 20, random },
      onStatus(status) {
        if (status.state === 'waiting') waits.push(status.delayMs)
        if (waits.length === 5) leave()
      },
    })
    leave = () => changes.return()
    expect(await changes.next()).toEqual({ done: true, value: undefined })
    expect(waits).toEqual([5, 10, 20, 20, 20])
  })
})

describe('a watch whose relay loses its MongoDB', () => {
  const at = useRelayBehindProxy()

  it('tells so, and when it is live again, and goes on', async () => {
    const states: string[] = []
    const changes = watch({
      url: at.relay.graphqlUrl,
      db: at.db,
      coll: 'c',
      webSocketImpl: WebSocket,
      onStatus: ({ state }) => void states.push(state),
    })
    const next = changes.next()
    await expect.poll(() => states).toEqual(['connecting', 'live'])
    at.link.set({ kind: 'refuse' })
    at.link.cut('reset')
    await expect.poll(() => states.at(-1)).toBe('interrupted')
    await at.coll.insertOne({ _id: 1 })
    at.link.set({ kind: 'pass' })
    expect((await next).value?.documentKey).toEqual({ _id: 1 })
    expect(states).toEqual(['connecting', 'live', 'interrupted', 'live'])
    await changes.return?.()
  })
})
