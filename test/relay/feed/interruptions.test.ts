import { describe, expect, it } from 'vitest'
import { openRawSubscriber } from '../../support/raw-subscriber.ts'
import { useRelayBehindProxy } from '../../support/relay-behind-proxy.ts'
import type { TestSubscription } from '../../support/subscription.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

// a driver waits seconds for a server that is gone
const typesOf = ({ changes }: TestSubscription) => changes.map(({ operationType }) => operationType)

describe('an interruption of MongoDB', () => {
  const at = useRelayBehindProxy()

  function lose(): void {
    at.link.set({ kind: 'refuse' })
    at.link.cut('reset')
  }
  const restore = () => at.link.set({ kind: 'pass' })

  it.each([webSocket, eventStream])(
    'is told over $name, once, and so is its end, before what was missed',
    async (transport) => {
      const changes = at.subscribe({}, transport)
      await changes.take(1)
      await at.coll.insertOne({ _id: 1 })
      await changes.take(2)
      lose()
      await changes.take(3)
      await at.coll.insertOne({ _id: 2 })
      restore()
      await changes.take(5)
      expect(typesOf(changes)).toEqual(['started', 'insert', 'interrupted', 'resumed', 'insert'])
      const [, insert, interrupted, resumed] = changes.changes
      expect(interrupted).toEqual({
        resumeToken: expect.stringMatching(/^[0-9A-F]+$/),
        operationType: 'interrupted',
        documentKey: null,
        json: { _id: { _data: interrupted?.resumeToken }, operationType: 'interrupted' },
      })
      expect(String(interrupted?.resumeToken) >= String(insert?.resumeToken)).toBe(true)
      expect(String(resumed?.resumeToken) >= String(interrupted?.resumeToken)).toBe(true)
    },
  )

  it('can be continued from, with nothing missing and nothing twice', async () => {
    const first = at.subscribe()
    await first.take(1)
    await at.coll.insertOne({ _id: 1 })
    await first.take(2)
    lose()
    const interrupted = (await first.take(3))[2]
    first.stop()
    await at.coll.insertOne({ _id: 2 })
    restore()
    const second = at.subscribe({ startAfter: interrupted?.resumeToken ?? '' })
    await expect.poll(() => second.changes.map(({ documentKey }) => documentKey)).toContainEqual({ _id: 2 })
    expect(typesOf(second).filter((type) => type === 'insert')).toEqual(['insert'])
  })

  it('is told to a subscription that starts meanwhile', async () => {
    const first = at.subscribe()
    await first.take(1)
    await at.coll.insertOne({ _id: 1 })
    const [, insert] = await first.take(2)
    lose()
    await first.take(3)
    const second = at.subscribe({ startAfter: insert?.resumeToken ?? '' })
    await second.take(2)
    restore()
    await second.take(3)
    expect(typesOf(second)).toEqual(['started', 'interrupted', 'resumed'])
  })

  it('is told to those alone who ask for it, encoded once for all of them', async () => {
    const socket = await openRawSubscriber(at.relay.graphqlUrl)
    const watching = `db: "${at.db}", coll: "c", announceStart: true`
    const asking = `subscription { changes(${watching}, announceInterruptions: true) { operationType } }`
    for (let id = 0; id < 20; id++) socket.subscribe(`asks${id}`, asking)
    socket.subscribe('silent', `subscription { changes(${watching}) { operationType } }`)
    const receivedBy = (name: string) =>
      [...socket.received].filter(([id]) => id.startsWith(name)).map(([, list]) => list)
    await expect.poll(() => socket.received.size).toBe(21)
    // all of them have reached the end of the log
    await at.coll.insertOne({ _id: 1 })
    await expect.poll(() => receivedBy('').every((list) => list.length === 2)).toBe(true)
    const { encodings } = at.relay.stats()
    lose()
    await expect.poll(() => receivedBy('asks').every((list) => list.length === 3)).toBe(true)
    restore()
    await expect.poll(() => receivedBy('asks').every((list) => list.length === 4)).toBe(true)
    expect(at.relay.stats().encodings - encodings).toBe(2)
    expect(receivedBy('silent')).toHaveLength(1)
    expect(receivedBy('silent')[0]).toHaveLength(2)
    socket.close()
  })

  it('lasts while every attempt to read fails, although streams can be opened', async () => {
    const changes = at.subscribe()
    await changes.take(1)
    const failing = { failCommands: ['getMore'], errorCode: 11602, errorLabels: ['ResumableChangeStreamError'] }
    const before = await at.failCommand('alwaysOn', failing)
    await expect.poll(() => at.failCommand('alwaysOn', failing)).toBeGreaterThan(before + 5)
    expect(typesOf(changes)).toEqual(['started', 'interrupted'])
    await at.failCommand('off', {})
    await at.coll.insertOne({ _id: 1 })
    await changes.take(4)
    expect(typesOf(changes)).toEqual(['started', 'interrupted', 'resumed', 'insert'])
  })
})

describe('an interruption while a subscriber does not read', () => {
  const at = useRelayBehindProxy({ maxBufferedBytes: 100_000 })

  it('is told at its place when it reads again', async () => {
    const socket = await openRawSubscriber(at.relay.graphqlUrl)
    socket.subscribe(
      '1',
      `subscription {
      changes(db: "${at.db}", coll: "c", announceStart: true, announceInterruptions: true) { operationType resumeToken fullDocument }
    }`,
    )
    interface Payload {
      readonly data: { readonly changes: { readonly operationType: string; readonly resumeToken: string } }
    }
    // the operation asks for them
    const received = () => (socket.received.get('1') ?? []).map((payload) => (payload as Payload).data.changes)
    await expect.poll(() => received().length).toBe(1)
    socket.pause()
    const text = 'x'.repeat(50_000)
    for (let _id = 0; _id < 400; _id += 20) {
      await at.coll.insertMany(Array.from({ length: 20 }, (_, n) => ({ _id: _id + n, text })))
    }
    await expect.poll(() => at.relay.stats()).toMatchObject({ stuckSubscribers: 1, events: 400 })
    at.link.set({ kind: 'refuse' })
    at.link.cut('reset')
    await expect.poll(() => at.relay.stats().interruptedUpstreams).toBe(1)
    socket.resume()
    await expect.poll(() => received().length).toBe(402)
    at.link.set({ kind: 'pass' })
    await expect.poll(() => received().at(-1)?.operationType).toBe('resumed')
    const types = received().map(({ operationType }) => operationType)
    expect(types.filter((type) => type !== 'insert')).toEqual(['started', 'interrupted', 'resumed'])
    const tokens = received().map(({ resumeToken }) => resumeToken)
    expect(tokens).toEqual(tokens.toSorted())
    socket.close()
  })
})
