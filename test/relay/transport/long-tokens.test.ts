import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { watch } from '../../../src/client/index.ts'
import { useRelay } from '../../support/relay.ts'
import { ignoreError } from '../../../src/errors.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

/** Keys that are equal for as long as the part of a token that is kept. */
const LONG = 'k'.repeat(30_000)
const KEYS = [`${LONG}a`, `${LONG}b`, `${LONG}c`]

const EVERYBODY = [{ namespaces: ['*'] }]
const SOME_ROWS = [{ namespaces: ['*'], fields: { remove: ['secret'] } }]
const tokenSecret = 'a secret of thirty-two characters and more'

describe.each([
  ['whoever sees everything', EVERYBODY, 65_536],
  ['whoever sees sealed tokens', SOME_ROWS, 65_536],
  ['a relay that takes short tokens only', EVERYBODY, 2_048],
  ['a relay that takes short tokens only, sealed', SOME_ROWS, 2_048],
])('the resume tokens of long document keys, for %s', (_who, rules, maxTokenBytes) => {
  describe.each([
    ['that remembers them', 1_000],
    ['that has forgotten them', 1],
  ])('at a relay %s', (_what, windowEvents) => {
    const at = useRelay(() => ({ rules, tokenSecret, maxTokenBytes, windowEvents, maxResultBytes: 500_000 }))
    const collection = () => at.deployment.client.db(at.db).collection<{ _id: string; text?: string }>('c')

    beforeEach(() => at.deployment.client.db(at.db).createCollection('c'))

    it.each([webSocket, eventStream])('continue after their own event, over $name', async (transport) => {
      const watching = await at.subscribe(transport)
      await collection().insertMany(KEYS.map((_id) => ({ _id })))
      const tokens = (await watching.take(3)).map(({ resumeToken }) => resumeToken)
      for (const [index, startAfter] of tokens.entries()) {
        const continued = transport.subscribe(at.relay.graphqlUrl, { db: at.db, coll: 'c', startAfter })
        at.onEnd(() => continued.stop())
        await collection().insertOne({ _id: `after ${index}` })
        const events = await continued.take(KEYS.length - index)
        expect(events.slice(0, 2 - index).map(({ documentKey }) => documentKey)).toEqual(
          KEYS.slice(index + 1).map((_id) => ({ _id })),
        )
        expect(events[2 - index]?.documentKey).toEqual({ _id: 'after 0' })
      }
    })

    it('tell those apart that were written in one transaction', async () => {
      const watching = await at.subscribe(webSocket)
      await at.deployment.client.withSession((session) =>
        session.withTransaction(async () => {
          for (const _id of KEYS) await collection().insertOne({ _id }, { session })
        }),
      )
      const [first] = await watching.take(3)
      const continued = webSocket.subscribe(at.relay.graphqlUrl, {
        db: at.db,
        coll: 'c',
        startAfter: first?.resumeToken ?? '',
      })
      at.onEnd(() => continued.stop())
      const events = await continued.take(2)
      expect(events.map(({ documentKey }) => documentKey)).toEqual(KEYS.slice(1).map((_id) => ({ _id })))
    })

    it('get past an event that is too large', async () => {
      const watching = await at.subscribe(webSocket)
      await collection().insertOne({ _id: LONG, text: 'x'.repeat(500_000) })
      await collection().insertOne({ _id: 'after' })
      const { extensions } = await watching.failure()
      expect(extensions).toMatchObject({ code: 'EVENT_TOO_LARGE', resumeToken: expect.any(String) })
      const startAfter = extensions?.['resumeToken'] as string
      const continued = webSocket.subscribe(at.relay.graphqlUrl, { db: at.db, coll: 'c', startAfter })
      at.onEnd(() => continued.stop())
      expect((await continued.take(1))[0]?.documentKey).toEqual({ _id: 'after' })
    })

    it('are short enough for a header', async () => {
      const watching = await at.subscribe(eventStream)
      await collection().insertOne({ _id: LONG })
      await collection().insertOne({ _id: 'after' })
      const [long] = await watching.take(2)
      const query = encodeURIComponent(`subscription { changes(db: "${at.db}", coll: "c") { documentKey } }`)
      const headers = { accept: 'text/event-stream', 'last-event-id': long?.resumeToken ?? '' }
      const aborter = new AbortController()
      at.onEnd(() => aborter.abort())
      const { body } = await fetch(`${at.relay.graphqlUrl}?query=${query}`, { headers, signal: aborter.signal })
      let text = ''
      for await (const chunk of body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.includes('data:')) break
      }
      expect(text).toContain('{"data":{"changes":{"documentKey":{"_id":"after"}}}}')
    })
  })
})

describe('the client', () => {
  const at = useRelay(() => ({ windowEvents: 1 }))
  let stop = () => {}
  afterEach(() => stop())

  it('continues after events with long keys', async () => {
    const collection = at.deployment.client.db(at.db).collection<{ _id: string }>('c')
    const first = await at.subscribe(webSocket)
    await collection.insertMany(KEYS.map((_id) => ({ _id })))
    let [startAfter] = (await first.take(3)).map(({ resumeToken }) => resumeToken)
    for (const _id of KEYS.slice(1)) {
      const changes = watch({ url: at.relay.graphqlUrl, db: at.db, coll: 'c', webSocketImpl: WebSocket, startAfter })
      stop = () => void changes.return().catch(ignoreError('the test is over'))
      const { value } = await changes.next()
      expect(value?.documentKey).toEqual({ _id })
      startAfter = value?.resumeToken
      await changes.return()
    }
  })
})
