import { createClient } from 'graphql-sse'
import { describe, expect, it, vi } from 'vitest'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import { resuming } from '../../../src/client/graphql-ws/index.ts'
import { startProxy } from '../../support/proxy.ts'
import { useRelay } from '../../support/relay.ts'
import { addressOf } from '../../support/server-address.ts'
import { see } from './see.ts'

const QUERY = `subscription ($db: String) { changes(db: $db, coll: "c") { documentKey } }`

describe('a client of graphql-sse that loses nothing', () => {
  const at = useRelay()
  const insert = (_id: number) => at.deployment.client.db(at.db).collection<{ _id: number }>('c').insertOne({ _id })

  function open(url: string, onMessage = () => undefined) {
    const backoff = { initialMs: 10, maxMs: 50 }
    const client = resuming(createClient({ url, retryAttempts: 0, onMessage }), { backoff })
    at.onEnd(() => client.dispose())
    return client
  }

  it('gives each change once across cuts of the connection, and at a relay that takes the place of another', async () => {
    const options = { mongoUri: at.deployment.uri, namespace: `${at.db}.c` }
    let relay = await createRelay({ ...options, port: 0 })
    at.onEnd(() => relay.stop())
    const proxy = await startProxy(() => addressOf(relay.url))
    at.onEnd(() => proxy.stop())
    const message = vi.fn()
    const client = open(`${proxy.url}graphql`, message)
    const seen = see()
    // its types differ from those of graphql-ws
    client.subscribe({ query: QUERY, variables: { db: at.db } }, seen.sink as Parameters<typeof client.subscribe>[1])
    await vi.waitFor(() => expect(message).toHaveBeenCalled())
    await insert(0)
    await vi.waitFor(() => expect(seen.keys).toEqual([0]))
    proxy.interrupt()
    await insert(1)
    proxy.restore()
    await vi.waitFor(() => expect(seen.keys).toEqual([0, 1]))
    await relay.stop()
    await insert(2)
    relay = await createRelay({ ...options, port: 0 })
    await insert(3)
    await vi.waitFor(() => expect(seen.keys).toEqual([0, 1, 2, 3]))
    expect([seen.errors, seen.completed]).toEqual([[], 0])
  })

  it('ends with what trying again does not mend', async () => {
    const seen = see()
    const client = open(at.relay.graphqlUrl)
    const query = 'subscription { changes(startAfter: "82") { json } }'
    client.subscribe({ query }, seen.sink as Parameters<typeof client.subscribe>[1])
    await vi.waitFor(() => expect(seen.completed + seen.errors.length).toBe(1))
    expect(JSON.stringify([seen.errors, seen.results])).toContain('RESUME_TOKEN_INVALID')
  })

  it('ends with an answer of HTTP that says that asking again does not help', async () => {
    const seen = see()
    const client = open(`${at.relay.url}nothing`)
    client.subscribe({ query: QUERY }, seen.sink as Parameters<typeof client.subscribe>[1])
    await vi.waitFor(() => expect(seen.errors).toMatchObject([{ response: { status: 405 } }]))
  })
})
