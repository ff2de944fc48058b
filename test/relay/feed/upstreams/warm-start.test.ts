import { beforeEach, describe, expect, it } from 'vitest'
import { createRelay } from '../../../../src/adapters/node/relay.ts'
import { countStreams, type StreamCounter } from '../../../support/count-streams.ts'
import { useOnEnd } from '../../../support/on-end.ts'
import { openRawSubscriber, type RawSubscriber } from '../../../support/raw-subscriber.ts'
import { useDeployment } from '../../../support/use-deployment.ts'

const QUERY = `subscription ($db: String, $startAfter: ResumeToken) {
  changes(db: $db, coll: "c", startAfter: $startAfter) { resumeToken documentKey }
}`

const SUBSCRIBERS = 300
const AWAY = 50

describe('subscribers who come back to a relay that has restarted', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()
  let counter: StreamCounter

  beforeEach(async () => {
    counter = await countStreams(await at.server())
    onEnd(counter.stop)
  })

  async function start(options: { readonly warmStartMs?: number }) {
    const mongoUri = at.uriThrough(counter.port)
    const relay = await createRelay({ port: 0, mongoUri, namespace: `${at.db}.c`, maxAwaitTimeMs: 100, ...options })
    onEnd(() => relay.stop())
    return relay
  }

  it.each([
    ['share the stream that it has, by default', {}, 1],
    ['have one each without a warm start', { warmStartMs: 0 }, SUBSCRIBERS + 1],
  ])('%s', async (_, options, streams) => {
    const coll = at.client.db(at.db).collection<{ _id: number }>('c')
    const before = coll.watch()
    onEnd(() => before.close())
    // which opens it
    await before.tryNext()
    await coll.insertOne({ _id: 0 })
    const { _id: token } = (await before.next()) as { _id: { _data: string } }
    await coll.insertMany(Array.from({ length: AWAY }, (__, n) => ({ _id: n + 1 })))
    const relay = await start(options)
    const sockets = await Promise.all(Array.from({ length: 10 }, () => openRawSubscriber(relay.graphqlUrl)))
    onEnd(() => sockets.forEach((socket) => socket.close()))
    for (let n = 0; n < SUBSCRIBERS; n++)
      sockets[n % 10]?.subscribe(String(n), QUERY, { db: at.db, startAfter: token._data })
    const all = () => sockets.flatMap(({ received }: RawSubscriber) => [...received.values()])
    await expect.poll(() => all().filter((list) => list.length === AWAY).length).toBe(SUBSCRIBERS)
    expect(counter.opened).toHaveLength(streams)
  })
})
