import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createClient } from '../../../src/client/graphql-ws/index.ts'
import { NOW_MS } from '../../relay/auth/issuer.ts'
import { useExpiringTokens } from '../expiring-tokens.ts'
import { see } from './see.ts'

const QUERY = `subscription ($db: String) { changes(db: $db, coll: "c") { documentKey } }`

describe('a client of graphql-ws with credentials', () => {
  const clock = useExpiringTokens()
  const { at, insert, tokenUntil } = clock

  function subscribe(connectionParams: NonNullable<Parameters<typeof createClient>[0]['connectionParams']>, count = 1) {
    const url = at.relay.graphqlUrl.replace('http', 'ws')
    const client = createClient({ url, webSocketImpl: WebSocket, connectionParams })
    at.onEnd(() => client.dispose())
    return Array.from({ length: count }, () => {
      const seen = see()
      client.subscribe({ query: QUERY, variables: { db: at.db } }, seen.sink)
      return seen
    })
  }

  it('asks for fresh ones when they have expired, again and again, with nothing missing', async () => {
    const params = vi.fn(async () => ({ authorization: `Bearer ${await tokenUntil(clock.nowMs + 60_000)}` }))
    const all = subscribe(params, 2)
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(2))
    for (let id = 1; id <= 3; id++) {
      await insert(id)
      await vi.waitFor(() => expect(all.map(({ keys }) => keys.at(-1))).toEqual([id, id]))
      clock.nowMs += 120_000
      await vi.waitFor(() => expect(params.mock.calls.length).toBeGreaterThan(id))
    }
    expect(all.map(({ keys }) => keys)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
  })

  it('asks once more when they are refused, and ends when fresh ones are refused as well', async () => {
    const tokens = ['wrong', await tokenUntil(NOW_MS + 60_000), 'wrong', 'wrong', await tokenUntil(NOW_MS + 600_000)]
    const [seen = see()] = subscribe(() => ({ token: tokens.shift() }))
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    expect(tokens).toHaveLength(3)
    clock.nowMs += 120_000
    await vi.waitFor(() => expect(seen.errors).toMatchObject([{ code: 4403 }]))
    expect(tokens).toHaveLength(1)
  })

  it('ends at once where there are no others', async () => {
    const [seen = see()] = subscribe({ token: 'wrong' })
    await vi.waitFor(() => expect(seen.errors).toMatchObject([{ code: 4403 }]))
  })
})
