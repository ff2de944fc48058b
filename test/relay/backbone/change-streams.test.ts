import { beforeEach, describe, expect, it } from 'vitest'
import { createRelay, type Relay } from '../../../src/adapters/node/relay.ts'
import { useBackbone } from '../../support/backbone.ts'
import { countStreams, type StreamCounter } from '../../support/count-streams.ts'
import { hasNatsServer } from '../../support/nats-server.ts'
import { useOnEnd } from '../../support/on-end.ts'
import { openRawSubscriber, type RawSubscriber } from '../../support/raw-subscriber.ts'
import { useDeployment } from '../../support/use-deployment.ts'

const QUERY = `subscription ($db: String, $coll: String, $startAfter: ResumeToken) {
  changes(db: $db, coll: $coll, startAfter: $startAfter, announceStart: true) { resumeToken operationType documentKey }
}`

const SCOPES = ['a', 'b', 'c']
const SUBSCRIBERS = 300
const AWAY = 20

interface Next {
  readonly data: {
    readonly changes: {
      readonly resumeToken: string
      readonly operationType: string
      readonly documentKey: { readonly _id: number } | null
    }
  }
}

describe.runIf(hasNatsServer)('the change streams that a backbone has MongoDB keep', () => {
  const at = useDeployment()
  const backbone = useBackbone()
  const onEnd = useOnEnd()
  let counter: StreamCounter

  beforeEach(async () => {
    counter = await countStreams(await at.server())
    onEnd(counter.stop)
    const ingester = await backbone.ingest({ mongoUri: at.uriThrough(counter.port) })
    // before what it connects through
    onEnd(() => ingester.stop())
  })

  async function start(port = 0): Promise<Relay> {
    const relay = await createRelay({ ...backbone.options, port, namespace: `${at.db}.a` })
    onEnd(() => relay.stop())
    return relay
  }
  async function connect(relay: Relay): Promise<RawSubscriber> {
    const socket = await openRawSubscriber(relay.graphqlUrl)
    onEnd(() => socket.close())
    return socket
  }
  const changesOf = (socket: RawSubscriber, id: string) =>
    ((socket.received.get(id) ?? []) as readonly Next[]).map(({ data }) => data.changes)
  const keysOf = (socket: RawSubscriber, id: string) =>
    changesOf(socket, id).flatMap(({ documentKey }) => (documentKey ? [documentKey._id] : []))

  it.each([1, 3])('are one for each scope, with %i relays', async (count) => {
    const sockets: RawSubscriber[] = []
    for (let n = 0; n < count; n++) sockets.push(await connect(await start()))
    for (const socket of sockets) for (const coll of SCOPES) socket.subscribe(coll, QUERY, { db: at.db, coll })
    const counts = () => sockets.flatMap((socket) => SCOPES.map((coll) => changesOf(socket, coll).length))
    // each has started
    await expect.poll(() => counts().every((received) => received === 1)).toBe(true)
    for (const coll of SCOPES) await at.client.db(at.db).collection<{ _id: number }>(coll).insertOne({ _id: 1 })
    await expect.poll(() => counts().every((received) => received === 2)).toBe(true)
    expect(counter.opened).toHaveLength(SCOPES.length)
  })

  it('do not become more when a relay restarts under those who come back, who lose and repeat nothing', async () => {
    const coll = at.client.db(at.db).collection<{ _id: number }>('a')
    const first = await start()
    const before = await connect(first)
    before.subscribe('x', QUERY, { db: at.db, coll: 'a' })
    await expect.poll(() => changesOf(before, 'x').length).toBe(1)
    await coll.insertOne({ _id: 0 })
    await expect.poll(() => keysOf(before, 'x')).toEqual([0])
    const startAfter = changesOf(before, 'x').at(-1)?.resumeToken
    const port = Number(new URL(first.url).port)
    await first.stop()
    const ids = Array.from({ length: AWAY }, (_, n) => n + 1)
    for (const _id of ids) await coll.insertOne({ _id })
    const again = await start(port)
    const sockets = await Promise.all(Array.from({ length: 10 }, () => connect(again)))
    for (let n = 0; n < SUBSCRIBERS; n++) {
      sockets[n % 10]?.subscribe(String(n), QUERY, { db: at.db, coll: 'a', startAfter })
    }
    await coll.insertOne({ _id: AWAY + 1 })
    const all = () => sockets.flatMap((socket) => [...socket.received.keys()].map((id) => keysOf(socket, id)))
    await expect.poll(() => all().filter((keys) => keys.at(-1) === AWAY + 1).length).toBe(SUBSCRIBERS)
    for (const keys of all()) expect(keys).toEqual([...ids, AWAY + 1])
    expect(counter.opened).toHaveLength(1)
  })
})
