import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watch } from '../../src/client/index.ts'
import { openRawSubscriber } from '../support/raw-subscriber.ts'
import { useLostRelay } from './use-lost-relay.ts'

describe('a watch that nothing matches', () => {
  const at = useLostRelay({ namespace: 'shop.other', keepAliveMs: 100 })
  const coll = () => at.coll<{ _id: number | string; pad?: string }>()

  it('goes on after the loss of its relay, although the oplog has forgotten where it began', async () => {
    let begin = (): void => undefined
    const started = new Promise<void>((resolve) => (begin = resolve))
    const changes = watch({
      url: `${at.proxy.url}graphql`,
      db: 'shop',
      coll: 'c',
      where: { 'documentKey._id': 'wanted' },
      webSocketImpl: WebSocket,
      backoff: { initialMs: 20, maxMs: 50 },
      onStatus: ({ state }) => state === 'live' && begin(),
    })
    const next = changes.next()
    await started
    const fields = '{ operationType resumeToken }'
    const seen = await openRawSubscriber(at.relay.graphqlUrl)
    seen.subscribe('all', `subscription { changes(db: "shop", coll: "c", announceStart: true) ${fields} }`)
    await expect.poll(() => seen.received.get('all')?.length).toBe(1)
    for (let _id = 0; _id < 30; _id++) await coll().insertOne({ _id, pad: 'x'.repeat(100_000) })
    await expect.poll(() => seen.received.get('all')?.length).toBe(31)
    // as soon as that one has a position, the watch has it, too
    const where = '{\\"documentKey._id\\": \\"wanted\\"}'
    const query = `subscription { changes(db: "shop", coll: "c", where: "${where}", announcePositions: true) ${fields} }`
    seen.subscribe('quiet', query)
    await expect.poll(() => seen.received.get('quiet')?.length ?? 0).toBe(1)
    seen.close()

    await at.replace({}, () => coll().insertOne({ _id: 'wanted' }))
    expect((await next).value).toMatchObject({ operationType: 'insert', documentKey: { _id: 'wanted' } })
    await changes.return()
  })
})
