import { stream } from '@durable-streams/client'
import { describe, expect, it, vi } from 'vitest'
import { logUrl, read } from '../../../support/change-log.ts'
import { useRelay } from '../../../support/relay.ts'

interface Event {
  readonly fullDocument: { readonly _id: number }
}

describe('the stock client', () => {
  const at = useRelay()

  it.each(['long-poll', 'sse'] as const)(
    'catches up, follows by %s, and continues after an interruption',
    async (live) => {
      const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('c')
      const { next } = await read(logUrl(at, { offset: 'now' }))
      const url = logUrl(at).href
      await coll.insertMany([{ _id: 0 }, { _id: 1 }])
      const caughtUp = await stream<Event>({ url, offset: next, live: false })
      expect((await caughtUp.json()).map(({ fullDocument }) => fullDocument._id)).toEqual([0, 1])
      const seen: number[] = []
      let offset = next
      for (const upTo of [6, 11]) {
        const leave = new AbortController()
        // while it is away
        await coll.insertOne({ _id: upTo - 4 })
        const log = await stream<Event>({ url, offset, live, signal: leave.signal })
        log.subscribeJson((batch) => {
          seen.push(...batch.items.map(({ fullDocument }) => fullDocument._id))
          offset = batch.offset
        })
        for (let _id = upTo - 3; _id <= upTo; _id++) await coll.insertOne({ _id })
        await vi.waitFor(() => expect(seen.at(-1)).toBe(upTo), { timeout: 20_000 })
        leave.abort()
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    },
  )
})
