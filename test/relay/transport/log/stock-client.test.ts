import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { logUrl, read } from '../../../support/change-log.ts'
import { useRelay } from '../../../support/relay.ts'

/** What is used here of the client. */
interface StockClient {
  stream(options: {
    url: string
    offset: string
    live: 'long-poll' | false
    signal?: AbortSignal
  }): Promise<StockStream>
}

interface StockStream {
  json(): Promise<Event[]>
  subscribeJson(take: (batch: { items: readonly Event[]; offset: string }) => void): void
}

interface Event {
  readonly fullDocument: { readonly _id: number }
}

/** The module; `undefined` where it is not installed: `DURABLE_STREAMS` names a folder where it is. */
function findClient(): string | undefined {
  try {
    const from = process.env['DURABLE_STREAMS'] ?? import.meta.dirname
    return pathToFileURL(createRequire(`${from}/`).resolve('@durable-streams/client')).href
  } catch {
    return undefined
  }
}

const found = findClient()

describe.skipIf(found === undefined)(
  'the stock client (skipped where @durable-streams/client is not installed)',
  () => {
    const at = useRelay()

    it('catches up, follows, and continues after an interruption', async () => {
      const { stream } = (await import(found ?? '')) as StockClient
      const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('c')
      const { next } = await read(logUrl(at, { offset: 'now' }))
      const url = logUrl(at).href
      await coll.insertMany([{ _id: 0 }, { _id: 1 }])
      const caughtUp = await stream({ url, offset: next, live: false })
      expect((await caughtUp.json()).map(({ fullDocument }) => fullDocument._id)).toEqual([0, 1])
      const seen: number[] = []
      let offset = next
      for (const upTo of [6, 11]) {
        const leave = new AbortController()
        // while it is away
        await coll.insertOne({ _id: upTo - 4 })
        const log = await stream({ url, offset, live: 'long-poll', signal: leave.signal })
        log.subscribeJson((batch) => {
          seen.push(...batch.items.map(({ fullDocument }) => fullDocument._id))
          offset = batch.offset
        })
        for (let _id = upTo - 3; _id <= upTo; _id++) await coll.insertOne({ _id })
        await vi.waitFor(() => expect(seen.at(-1)).toBe(upTo), { timeout: 20_000 })
        leave.abort()
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    })
  },
)
