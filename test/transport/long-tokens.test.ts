import { describe, expect, it } from 'vitest'
import { useRelay } from '../support/relay.ts'
import { eventStream, webSocket } from '../support/transports.ts'

/** A key whose resume token is longer than what the relay takes. */
const LONG_KEY = 'k'.repeat(2_000)

describe.each([webSocket, eventStream])(
  'over $name, an event with a token that is too long to be sent back',
  (transport) => {
    const at = useRelay(() => ({ maxTokenBytes: 2_048 }))

    it('has the time of the event for a token, from which nothing is missed', async () => {
      const watching = await at.subscribe(transport)
      await at.deployment.client.db(at.db).collection<{ _id: string }>('c').insertOne({ _id: LONG_KEY })
      const [long] = await watching.take(1)
      expect(long?.resumeToken).toMatch(/^82[0-9A-F]{16}2B0429296E04$/)
      await at.deployment.client.db(at.db).collection<{ _id: string }>('c').insertOne({ _id: 'after' })
      const continued = await at.subscribe(transport, { startAfter: long?.resumeToken ?? '' })
      const keys = (await continued.take(2)).map(({ documentKey }) => documentKey)
      expect(keys).toEqual([{ _id: LONG_KEY }, { _id: 'after' }])
    })
  },
)
