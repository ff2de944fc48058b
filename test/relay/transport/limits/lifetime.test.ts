import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watch } from '../../../../src/client/index.ts'
import { lifetimeMs } from '../../../../src/relay/transport/limits/lifetime.ts'
import { readEventSource } from '../../../support/event-source.ts'
import { PATIENCE_MS } from '../../../support/patience.ts'
import { useRelay } from '../../../support/relay.ts'
import { eventStream, webSocket } from '../../../support/transports.ts'

/** Writes so many documents, a few milliseconds apart, of which every tenth is to be delivered. */
const COUNT = 300
const wanted = Array.from({ length: COUNT / 10 }, (_, n) => n * 10)

describe('a lifetime', () => {
  it('is between four fifths of the limit and the limit', () => {
    expect([0, 0.5, 1].map((random) => lifetimeMs(1_000, () => random))).toEqual([800, 900, 1_000])
  })
})

describe('a relay whose streams last a second', () => {
  const at = useRelay(() => ({ maxStreamMs: 1_000, keepAliveMs: 100 }))
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number; isWanted: boolean }>('c')

  async function write(): Promise<void> {
    for (let _id = 0; _id < COUNT; _id++) {
      await coll().insertOne({ _id, isWanted: _id % 10 === 0 })
      // spread over several lifetimes
      await delay(10)
    }
  }

  it('ends them so that an EventSource comes back by itself, and loses and repeats nothing', async () => {
    const fields = 'documentKey operationType'
    const where = JSON.stringify(JSON.stringify({ 'fullDocument.isWanted': true }))
    const query = `subscription { changes(db: "${at.db}", coll: "c", where: ${where}) { ${fields} } }`
    const gone = new AbortController()
    at.onEnd(() => gone.abort())
    const keys: unknown[] = []
    const others: unknown[] = []
    let lost = 0
    let start = (): void => undefined
    const started = new Promise<void>((resolve) => (start = resolve))
    void readEventSource(`${at.relay.graphqlUrl}?query=${encodeURIComponent(query)}`, {
      signal: gone.signal,
      onId: () => start(),
      onLost: () => lost++,
      onEvent({ type, data }) {
        const { data: result } = JSON.parse(data || '{}')
        if (type === 'next' && result) keys.push(result.changes.documentKey._id)
        else others.push(type, data)
      },
    })
    await started
    await write()
    await expect.poll(() => keys.length, { timeout: PATIENCE_MS }).toBeGreaterThanOrEqual(wanted.length)
    expect(keys).toEqual(wanted)
    expect(others).toEqual([])
    expect(lost).toBeGreaterThan(1)
  })

  it('ends them so that a watch goes on at once, and loses and repeats nothing', async () => {
    const waits: number[] = []
    let start = (): void => undefined
    const started = new Promise<void>((resolve) => (start = resolve))
    const changes = watch({
      url: at.relay.graphqlUrl,
      db: at.db,
      coll: 'c',
      where: { 'fullDocument.isWanted': true },
      webSocketImpl: WebSocket,
      onStatus(status) {
        if (status.state === 'live') start()
        if (status.state === 'waiting') waits.push(status.delayMs)
      },
    })
    at.onEnd(() => changes.return())
    const keys: unknown[] = []
    const reading = (async () => {
      for await (const { documentKey } of changes) {
        keys.push((documentKey as { readonly _id: number })._id)
        if (keys.length === wanted.length) return
      }
    })()
    await started
    await write()
    await reading
    expect(keys).toEqual(wanted)
    expect(waits.length).toBeGreaterThan(1)
    for (const delayMs of waits) expect(delayMs).toBeLessThanOrEqual(500)
  })

  it.each([webSocket, eventStream])('tells others over $name where to continue', async (by) => {
    const first = await at.subscribe(by)
    const error = await first.failure()
    expect(error).toMatchObject({ extensions: { code: 'SHUTTING_DOWN', resumeToken: expect.any(String) } })
    await coll().insertOne({ _id: 1, isWanted: true })
    const second = await at.subscribe(by, { startAfter: String(error.extensions?.['resumeToken']) })
    expect((await second.take(1))[0]).toMatchObject({ documentKey: { _id: 1 } })
  })

  it('closes sockets without subscriptions as well, with a code after which clients come back', async () => {
    const socket = new WebSocket(at.relay.graphqlUrl.replace('http', 'ws'), 'graphql-transport-ws')
    socket.on('open', () => socket.send('{"type":"connection_init"}'))
    expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(1001)
  })
})
