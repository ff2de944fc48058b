import { beforeEach, describe, expect, it } from 'vitest'
import { createRelay } from '../../../../src/adapters/node/relay.ts'
import type { RelayOptions } from '../../../../src/relay/options.ts'
import { countStreams, type StreamCounter } from '../../../support/count-streams.ts'
import { useOnEnd } from '../../../support/on-end.ts'
import { openRawSubscriber } from '../../../support/raw-subscriber.ts'
import { useDeployment } from '../../../support/use-deployment.ts'

const QUERY = `subscription (
  $db: String, $full: FullDocument!, $before: FullDocumentBeforeChange!, $expanded: Boolean, $startAfter: ResumeToken
) {
  changes(db: $db, coll: "c", fullDocument: $full, fullDocumentBeforeChange: $before, showExpandedEvents: $expanded,
    startAfter: $startAfter, announceStart: true) { operationType fullDocument fullDocumentBeforeChange }
}`

const FULL = ['DEFAULT', 'UPDATE_LOOKUP', 'WHEN_AVAILABLE', 'REQUIRED'] as const
const BEFORE = ['OFF', 'WHEN_AVAILABLE', 'REQUIRED'] as const
const COMBINATIONS = FULL.flatMap((full) => BEFORE.map((before) => ({ full, before })))

describe('the change streams of subscribers with all images', () => {
  const at = useDeployment()
  const onEnd = useOnEnd()
  let counter: StreamCounter
  const coll = () => at.client.db(at.db).collection<{ _id: number; n?: number }>('c')

  beforeEach(async () => {
    counter = await countStreams(await at.server())
    onEnd(counter.stop)
    await at.client.db(at.db).createCollection('c', { changeStreamPreAndPostImages: { enabled: true } })
  })

  async function open(options: RelayOptions) {
    const mongoUri = at.uriThrough(counter.port)
    const relay = await createRelay({ port: 0, mongoUri, maxAwaitTimeMs: 50, ...options })
    onEnd(() => relay.stop())
    const socket = await openRawSubscriber(relay.graphqlUrl)
    onEnd(() => socket.close())
    return { relay, socket }
  }

  it.each([
    ['two', [false], 2],
    ['two, and two with expanded events', [false, true], 4],
  ])('are %s', async (_, expanded, most) => {
    const { relay, socket } = await open({ namespace: `${at.db}.default` })
    const before = await at.openCursors()
    await coll().insertOne({ _id: 1, n: 1 })
    for (const is of expanded) {
      for (const one of COMBINATIONS)
        socket.subscribe(`${one.full} ${one.before} ${is}`, QUERY, { db: at.db, ...one, expanded: is })
    }
    const count = COMBINATIONS.length * expanded.length
    await expect.poll(() => socket.received.size).toBe(count)
    await coll().updateOne({ _id: 1 }, { $set: { n: 2 } })
    await expect.poll(() => [...socket.received.values()].filter((list) => list.length === 2).length).toBe(count)
    for (const [id, [, update]] of socket.received) {
      const [full = '', image = ''] = id.split(' ')
      const fullDocument = full === 'DEFAULT' ? null : { _id: 1, n: 2 }
      const fullDocumentBeforeChange = image === 'OFF' ? null : { _id: 1, n: 1 }
      const changes = { operationType: 'update', fullDocument, fullDocumentBeforeChange }
      expect([id, update]).toEqual([id, { data: { changes } }])
    }
    await expect.poll(() => at.openCursors()).toBe(before + most)
    expect(relay.stats().upstreams).toBe(1 + most)
    // that of the default namespace, and those in whose places others went on
    expect(counter.opened.length).toBeLessThanOrEqual(1 + 2.5 * most)
    expect(counter.opened).not.toContain('required')
  })

  it('are a few for hundreds who come back to a relay that has restarted, whichever they have', async () => {
    const before = coll().watch()
    onEnd(() => before.close())
    // which opens it
    await before.tryNext()
    await coll().insertOne({ _id: 0 })
    const { _id: token } = (await before.next()) as { _id: { _data: string } }
    await coll().updateOne({ _id: 0 }, { $set: { n: 1 } })
    const { socket } = await open({ namespace: `${at.db}.c` })
    for (let n = 0; n < 300; n++) {
      const chosen = COMBINATIONS[n % COMBINATIONS.length]
      socket.subscribe(String(n), QUERY, { db: at.db, ...chosen, startAfter: token._data })
    }
    await expect.poll(() => [...socket.received.values()].filter((list) => list.length === 2).length).toBe(300)
    // two, those in whose places others went on, and what they had read before once more
    expect(counter.opened.length).toBeLessThanOrEqual(9)
  })

  it('have no more images than are needed, from a while after the last one left that needed them', async () => {
    const { socket } = await open({ namespace: `${at.db}.c`, lingerMs: 0 })
    const subscribe = async (id: string, full: string, image: string) => {
      socket.subscribe(id, QUERY, { db: at.db, full, before: image })
      await expect.poll(() => socket.received.get(id)?.length).toBe(1)
    }
    await subscribe('plain', 'DEFAULT', 'OFF')
    await subscribe('looked up', 'UPDATE_LOOKUP', 'OFF')
    await subscribe('both', 'UPDATE_LOOKUP', 'REQUIRED')
    socket.complete('looked up')
    socket.complete('both')
    await expect.poll(() => counter.opened.at(-1)).toBe('')
    expect(counter.opened).toEqual(['', 'updateLookup', 'updateLookup,whenAvailable', ''])
    await coll().insertOne({ _id: 1 })
    await expect.poll(() => socket.received.get('plain')?.length).toBe(2)
  })
})
