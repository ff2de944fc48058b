import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { logUrl, read } from '../../../support/change-log.ts'
import { readEventSource } from '../../../support/event-source.ts'
import { useRelay } from '../../../support/relay.ts'

interface Control {
  readonly streamNextOffset: string
  readonly streamCursor: string
  readonly upToDate?: boolean
}

describe('the log of a collection as an event stream', () => {
  const at = useRelay()
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number; text?: string }>('c')
  const tail = async () => (await read(logUrl(at, { offset: 'now' }))).next

  /** Reads a stream until the test ends, as a browser's `EventSource` would. */
  function follow(params: Record<string, string>) {
    const ids: unknown[] = []
    const controls: Control[] = []
    const leave = new AbortController()
    at.onEnd(() => leave.abort())
    void readEventSource(logUrl(at, { ...params, live: 'sse' }).href, {
      signal: leave.signal,
      onEvent({ type, data }) {
        if (type === 'control') controls.push(JSON.parse(data) as Control)
        if (type !== 'data') return
        const events = JSON.parse(data) as readonly { readonly fullDocument: { readonly _id: number } }[]
        ids.push(...events.map(({ fullDocument }) => fullDocument._id))
      },
    })
    return { ids, controls, leave: () => leave.abort() }
  }

  it('says where it begins, that all is there, and then each event with the position behind it', async () => {
    const offset = await tail()
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    const { ids, controls, leave } = follow({ offset })
    await vi.waitFor(() => expect(controls.at(-1)?.upToDate).toBe(true))
    expect(ids).toEqual([1, 2])
    expect(controls[0]).not.toHaveProperty('upToDate')
    await coll().insertOne({ _id: 3, text: 'two\nlines' })
    await vi.waitFor(() => expect(ids).toEqual([1, 2, 3]))
    await vi.waitFor(async () => {
      const { text } = await read(logUrl(at, { offset: controls.at(-1)?.streamNextOffset ?? '' }))
      expect(text).toBe('[]')
    })
    leave()
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(0))
  })

  it('begins at the end with that position, up to date', async () => {
    await coll().insertOne({ _id: 1 })
    const { ids, controls } = follow({ offset: 'now' })
    await vi.waitFor(() => expect(controls).toHaveLength(1))
    expect(controls[0]).toMatchObject({ upToDate: true, streamNextOffset: expect.any(String) as string })
    await coll().insertOne({ _id: 2 })
    await vi.waitFor(() => expect(ids).toEqual([2]))
  })

  it('is in the form of the protocol, and not kept by caches', async () => {
    const offset = await tail()
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    const response = await fetch(logUrl(at, { offset, live: 'sse' }))
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    })
    const form =
      /event: data\ndata: \[\ndata: \{.*\},\ndata: \{.*\}\ndata: \]\n\nid: \S+\nevent: control\ndata: \{"streamNext/
    expect(await readUntil(response, form)).toMatch(form)
  })

  it.each([
    [{ offset: 'nonsense' }, 400],
    [{}, 400],
    [{ offset: '-1', wheer: '{}' }, 400],
  ])('is refused with its status: %j', async (params: Record<string, string>, status) => {
    expect((await fetch(logUrl(at, { ...params, live: 'sse' }))).status).toBe(status)
    expect(at.relay.stats().subscribers).toBe(0)
  })

  it('goes on after the last position that an EventSource has, whatever its URL says', async () => {
    const url = logUrl(at, { offset: 'now', live: 'sse' })
    const position = await tail()
    await coll().insertOne({ _id: 1 })
    const response = await fetch(url, { headers: { 'last-event-id': position } })
    expect(await readUntil(response, /"_id":1/)).toContain('"_id":1')
  })

  it('ends when the relay stops, with the reason as a comment', async () => {
    const response = await fetch(logUrl(at, { offset: 'now', live: 'sse' }))
    const text = response.text()
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    await at.relay.stop()
    expect(await text).toMatch(/retry: \d+\n: SHUTTING_DOWN\n\n$/)
  })

  it('keeps nothing for one that has gone before it began', async () => {
    for (let round = 0; round < 20; round++) {
      const leave = new AbortController()
      const asked = fetch(logUrl(at, { offset: 'now', live: 'sse' }), { signal: leave.signal }).catch(() => 'gone')
      // at another stage each time
      for (let turns = 0; turns < 5 * round; turns++) await turn()
      leave.abort()
      await asked
    }
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(0))
  })
})

/** Reads an answer until it has a part, or ends. */
async function readUntil({ body }: Response, part: RegExp): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body as ReadableStream<Uint8Array>) {
    text += decoder.decode(piece, { stream: true })
    if (part.test(text)) break
  }
  return text
}
