import { describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { watch, type WatchOptions } from '../../src/client/index.ts'
import { NOW_MS } from '../relay/auth/issuer.ts'
import { useExpiringTokens } from './expiring-tokens.ts'

describe('a watch with credentials', () => {
  const clock = useExpiringTokens()
  const { at, insert, tokenUntil } = clock

  async function start(connectionParams: WatchOptions['connectionParams'], options: Partial<WatchOptions> = {}) {
    const { t, i } = await at.deployment.operationTime()
    const changes = watch({
      url: at.relay.graphqlUrl,
      webSocketImpl: WebSocket,
      backoff: { initialMs: 10, maxMs: 50 },
      db: at.db,
      coll: 'c',
      startAtOperationTime: { t, i: i + 1 },
      connectionParams,
      ...options,
    })
    at.onEnd(() => changes.return?.())
    return changes
  }

  it('asks for fresh ones when they have expired, again and again, and continues with nothing missing', async () => {
    const params = vi.fn(async () => ({ authorization: `Bearer ${await tokenUntil(clock.nowMs + 60_000)}` }))
    const changes = await start(params)
    for (let id = 1; id <= 4; id++) {
      await insert(id)
      expect((await changes.next()).value?.documentKey).toEqual({ _id: id })
      clock.nowMs += 120_000
      await vi.waitFor(() => expect(params).toHaveBeenCalledTimes(id + 1))
    }
  })

  it('asks for fresh ones when the first ones are refused', async () => {
    const tokens = ['wrong', await tokenUntil(NOW_MS + 60_000)]
    const changes = await start(() => ({ token: tokens.shift() }))
    await insert(1)
    expect((await changes.next()).value?.documentKey).toEqual({ _id: 1 })
  })

  it('ends when fresh ones are refused as well, with its position', async () => {
    const tokens = [await tokenUntil(NOW_MS + 60_000), 'wrong', 'wrong', await tokenUntil(NOW_MS + 600_000)]
    const changes = await start(() => ({ token: tokens.shift() }))
    await insert(1)
    await changes.next()
    clock.nowMs += 120_000
    await expect(changes.next()).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'The token is not a valid JWT',
      resumeToken: expect.any(String),
    })
    expect(tokens).toHaveLength(2)
  })

  it('ends at once when there is nobody to ask for fresh ones', async () => {
    const waits = vi.fn()
    const onStatus = ({ state }: { state: string }) => void (state === 'waiting' && waits())
    const changes = await start({ token: 'wrong' }, { onStatus })
    await expect(changes.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(waits).not.toHaveBeenCalled()
  })
})
