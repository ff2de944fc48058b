import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Client, ClientOptions } from 'graphql-ws'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { createClient } from '../../../src/client/graphql-ws/index.ts'
import { startProxy } from '../../support/proxy.ts'
import { useRelay } from '../../support/relay.ts'
import { see } from './see.ts'
import { addressOf } from '../../support/server-address.ts'

const QUERY = `subscription ($db: String) { changes(db: $db, coll: "c") { documentKey } }`

describe('a client of graphql-ws that loses nothing', () => {
  const at = useRelay()
  const docs = () => at.deployment.client.db(at.db).collection<{ _id: number }>('c')

  function open(url: string, options: Partial<ClientOptions> = {}): Client {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, ...options })
    at.onEnd(() => client.dispose())
    return client
  }

  async function proxied(): Promise<Awaited<ReturnType<typeof startProxy>>> {
    const proxy = await startProxy(addressOf(at.relay.url))
    at.onEnd(() => proxy.stop())
    return proxy
  }

  /** Waits until the relay has a subscriber, and so a position. */
  const subscribed = (count = 1) => vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(count))

  it('gives each change once across cuts of the connection, from the first one on', async () => {
    const proxy = await proxied()
    const message = vi.fn()
    const client = open(`${proxy.url}graphql`, { on: { message } })
    const [one, two] = [see(), see('mine')]
    client.subscribe({ query: QUERY, variables: { db: at.db } }, one.sink)
    client.subscribe({ query: QUERY.replace('changes', 'mine: changes'), variables: { db: at.db } }, two.sink)
    // the position that each begins with
    const begun = () => message.mock.calls.filter(([{ type }]) => type === 'next')
    await vi.waitFor(() => expect(begun()).toHaveLength(2))
    for (let id = 0; id < 6; id++) {
      if (id % 2 === 0) proxy.interrupt()
      await docs().insertOne({ _id: id })
      if (id % 2 === 0) proxy.restore()
      await vi.waitFor(() => expect([one.keys.at(-1), two.keys.at(-1)]).toEqual([id, id]))
    }
    expect(one.keys).toEqual([0, 1, 2, 3, 4, 5])
    expect(two.keys).toEqual(one.keys)
    expect(one.results[0]).toEqual({ data: { changes: { documentKey: { _id: 0 } } } })
  })

  it('goes on at the relay that takes the place of one that stopped', async () => {
    const options = { mongoUri: at.deployment.uri, namespace: `${at.db}.c` }
    const first = await createRelay({ ...options, port: 0 })
    const client = open(first.graphqlUrl)
    const iterator = client.iterate<{ changes: { documentKey: unknown } }>({ query: QUERY, variables: { db: at.db } })
    await vi.waitFor(() => expect(first.stats().subscribers).toBe(1))
    await docs().insertOne({ _id: 1 })
    expect((await iterator.next()).value?.data?.changes).toEqual({ documentKey: { _id: 1 } })
    await first.stop()
    await docs().insertOne({ _id: 2 })
    const second = await createRelay({ ...options, port: Number(new URL(first.url).port) })
    at.onEnd(() => second.stop())
    expect((await iterator.next()).value?.data?.changes).toEqual({ documentKey: { _id: 2 } })
    await iterator.return?.()
    await vi.waitFor(() => expect(second.stats().subscribers).toBe(0))
  })

  it('notices a network that died silently, and goes on over another connection', async () => {
    const proxy = await proxied()
    const message = vi.fn()
    const client = open(`${proxy.url}graphql`, { keepAlive: 50, on: { message } })
    const seen = see()
    client.subscribe({ query: QUERY, variables: { db: at.db } }, seen.sink)
    await vi.waitFor(() => expect(message.mock.calls.some(([{ type }]) => type === 'next')).toBe(true))
    proxy.set({ kind: 'black-hole' })
    await docs().insertOne({ _id: 1 })
    const connecting = vi.fn()
    client.on('connecting', connecting)
    await vi.waitFor(() => expect(connecting).toHaveBeenCalled())
    proxy.interrupt()
    proxy.restore()
    await vi.waitFor(() => expect(seen.keys).toEqual([1]))
    expect(seen.errors).toEqual([])
  })

  it('ends with what trying again does not mend', async () => {
    const client = open(at.relay.graphqlUrl)
    const [where, query, token] = [see(), see(), see()]
    client.subscribe({ query: 'subscription { changes(where: "{\\"$where\\":1}") { json } }' }, where.sink)
    client.subscribe({ query: 'subscription { changes { nothing } }' }, query.sink)
    client.subscribe({ query: 'subscription { changes(startAfter: "82") { json } }' }, token.sink)
    await vi.waitFor(() => expect([where.completed, query.errors.length, token.errors.length]).toEqual([1, 1, 1]))
    expect(where.results).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }])
    expect(query.errors).toMatchObject([[{ message: expect.stringContaining('nothing') }]])
    expect(token.errors).toMatchObject([[{ extensions: { code: 'RESUME_TOKEN_INVALID' } }]])
  })

  it('leaves queries and mutations to graphql-ws', async () => {
    const client = open(at.relay.graphqlUrl)
    const seen = see()
    client.subscribe({ query: '{ relay { embedded } }' }, seen.sink)
    await vi.waitFor(() => expect(seen.completed).toBe(1))
    expect(seen.results).toEqual([{ data: { relay: { embedded: false } } }])
    const results = []
    for await (const result of client.iterate({ query: '{ relay { embedded } }' })) results.push(result)
    expect(results).toEqual(seen.results)
  })

  it('completes once when it is left, and when the client is disposed of, also while it waits', async () => {
    const proxy = await proxied()
    const client = open(`${proxy.url}graphql`)
    const [left, kept] = [see(), see()]
    const leave = client.subscribe({ query: QUERY, variables: { db: at.db } }, left.sink)
    client.subscribe({ query: QUERY, variables: { db: at.db } }, kept.sink)
    await subscribed(2)
    leave()
    leave()
    await vi.waitFor(() => expect(left.completed).toBe(1))
    await subscribed(1)
    proxy.interrupt()
    await subscribed(0)
    void client.dispose()
    await vi.waitFor(() => expect(kept.completed).toBe(1))
    expect([left.errors, kept.errors, left.completed]).toEqual([[], [], 1])
  })

  it('gives what a sink throws to that sink alone', async () => {
    const client = open(at.relay.graphqlUrl)
    const [bad, good] = [see(), see()]
    const failure = new Error('a mistake')
    const sink = {
      ...bad.sink,
      next() {
        throw failure
      },
    }
    client.subscribe({ query: QUERY, variables: { db: at.db } }, sink)
    client.subscribe({ query: QUERY, variables: { db: at.db } }, good.sink)
    await subscribed(2)
    await docs().insertMany([{ _id: 1 }, { _id: 2 }])
    await vi.waitFor(() => expect(good.keys).toEqual([1, 2]))
    expect(bad.errors).toEqual([failure])
    await subscribed(1)
  })

  it('tries again as often as it is asked to, and no more', async () => {
    const connecting = vi.fn()
    const client = open('ws://127.0.0.1:9/graphql', {
      retryAttempts: 2,
      retryWait: () => Promise.resolve(),
      on: { connecting },
    })
    const seen = see()
    client.subscribe({ query: QUERY }, seen.sink)
    await vi.waitFor(() => expect(seen.errors).toHaveLength(1))
    expect(connecting).toHaveBeenCalledTimes(3)
  })

  it('ends with the reason that a server gives instead of opening a socket', async () => {
    const client = open(at.relay.graphqlUrl.replace('127.0.0.1', 'localhost'), {
      webSocketImpl: class extends WebSocket {
        constructor(url: string, protocol: string) {
          super(url, protocol, { headers: { host: 'elsewhere.example' } })
        }
      },
    })
    const seen = see()
    client.subscribe({ query: QUERY }, seen.sink)
    await vi.waitFor(() => expect(seen.errors).toMatchObject([[{ extensions: { code: 'FORBIDDEN' } }]]))
  })
})
