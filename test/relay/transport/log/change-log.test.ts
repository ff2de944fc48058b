import { describe, expect, it, vi } from 'vitest'
import { idsOf, logUrl, read } from '../../../support/change-log.ts'
import { startFetchServer } from '../../../support/fetch-server.ts'
import { useRelay } from '../../../support/relay.ts'
import { webSocket } from '../../../support/transports.ts'

describe('the log of a collection', () => {
  const at = useRelay()
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number; text?: string }>('c')
  const get = (params: Record<string, string>, init?: RequestInit) => read(logUrl(at, params), init)
  const tail = async () => (await get({ offset: 'now' })).next

  it('tells where it ends', async () => {
    await coll().insertOne({ _id: 1 })
    const now = await get({ offset: 'now' })
    expect(now).toMatchObject({ status: 200, text: '[]' })
    expect(now.headers.get('stream-up-to-date')).toBe('true')
    expect(now.headers.get('cache-control')).toBe('no-store')
    expect(now.headers.has('etag')).toBe(false)
    await coll().insertOne({ _id: 2 })
    expect(idsOf(await get({ offset: now.next }))).toEqual([2])
    const head = await get({}, { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(await get({ offset: head.next })).toMatchObject({ text: '[]' })
  })

  it('has all that was acknowledged before it was asked for, each time', async () => {
    let offset = await tail()
    for (let id = 1; id <= 30; id++) {
      await coll().insertOne({ _id: id })
      const answer = await get({ offset })
      expect(idsOf(answer)).toEqual([id])
      expect(answer.headers.get('stream-up-to-date')).toBe('true')
      offset = answer.next
    }
  })

  it('has the same bytes as the field json of GraphQL', async () => {
    const offset = await tail()
    await coll().insertMany([{ _id: 1, text: 'ä' }, { _id: 2 }])
    const query = `subscription { changes(db: "${at.db}", coll: "c", startAfter: "${offset}") { jsonText } }`
    const subscription = webSocket.subscribe(at.relay.graphqlUrl, {}, query)
    at.onEnd(() => subscription.stop())
    const texts = (await subscription.take(2)).map((change) => (change as unknown as { jsonText: string }).jsonText)
    expect((await get({ offset })).text).toBe(`[${texts.join(',\n')}]`)
    const canonical = await get({ offset, format: 'canonical' })
    expect(canonical.text).toContain('"fullDocument":{"_id":{"$numberInt":"1"},"text":"ä"}')
  })

  it('is kept by every cache where everybody may see everything, and found unchanged', async () => {
    const offset = await tail()
    await coll().insertOne({ _id: 1 })
    const answer = await get({ offset })
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=60, stale-while-revalidate=300',
      vary: 'Origin',
      etag: `"${offset}:${answer.next}"`,
    })
    const etag = answer.headers.get('etag') ?? ''
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`]) {
      expect(await get({ offset }, { headers: { 'if-none-match': known } })).toMatchObject({ status: 304, text: '' })
    }
    await coll().insertOne({ _id: 2 })
    expect(idsOf(await get({ offset }, { headers: { 'if-none-match': etag } }))).toEqual([1, 2])
    const empty = await get({ offset: answer.next, where: '{"operationType":"delete"}' })
    expect(empty).toMatchObject({ status: 200, text: '[]', next: answer.next })
    expect(empty.headers.get('cache-control')).toBe('public, max-age=1')
    const looked = await get({ offset, fullDocument: 'update_lookup' })
    expect(looked.headers.get('cache-control')).toBe('no-store')
  })

  it('waits for the next event', async () => {
    const offset = await tail()
    const waiting = get({ offset, live: 'long-poll' })
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    await coll().insertOne({ _id: 1 })
    const answer = await waiting
    expect(idsOf(answer)).toEqual([1])
    expect(answer.headers.get('stream-up-to-date')).toBe('true')
    expect(at.relay.stats().subscribers).toBe(0)
  })

  it('gives all who are at one place the same cursor, by whichever way they came', async () => {
    const start = await tail()
    const waiting = get({ offset: start, live: 'long-poll', cursor: '17' })
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    await coll().insertOne({ _id: 1 })
    const live = await waiting
    const late = await get({ offset: start })
    expect(late.next).toBe(live.next)
    expect(late.headers.get('stream-cursor')).toBe(live.headers.get('stream-cursor'))
  })

  it('does not wait any more when its reader has gone', async () => {
    const gone = new AbortController()
    const offset = await tail()
    const waiting = get({ offset, live: 'long-poll' }, { signal: gone.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    gone.abort()
    expect(await waiting).toBe('gone')
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(0))
  })

  it('is read in chunks that are bounded, to the end, and once', async () => {
    let offset = await tail()
    const text = 'x'.repeat(20_000)
    for (let batch = 0; batch < 10; batch++) {
      await coll().insertMany(Array.from({ length: 10 }, (_, index) => ({ _id: 10 * batch + index, text })))
    }
    const ids: unknown[] = []
    const sizes: number[] = []
    for (let isAtEnd = false; !isAtEnd;) {
      const answer = await get({ offset })
      ids.push(...idsOf(answer))
      sizes.push(answer.text.length)
      isAtEnd = answer.headers.has('stream-up-to-date')
      offset = answer.next
    }
    expect(ids).toEqual(Array.from({ length: 100 }, (_, id) => id))
    expect(Math.max(...sizes)).toBeLessThan(2 * 262_144)
    expect(sizes.length).toBeGreaterThan(4)
  })

  it('begins as far back as the relay remembers', async () => {
    const from = await tail()
    const waiting = get({ offset: from, live: 'long-poll' })
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    await coll().insertMany([{ _id: 1 }, { _id: 2 }])
    await waiting
    await vi.waitFor(async () => expect(idsOf(await get({ offset: '-1' }))).toEqual([1, 2]))
    expect(idsOf(await get({}))).toEqual([1, 2])
  })

  it('has what its filters let through, and moves on', async () => {
    const offset = await tail()
    await coll().insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    await coll().deleteOne({ _id: 1 })
    expect(idsOf(await get({ offset, where: '{"fullDocument._id": {"$gte": 2}}' }))).toEqual([2, 3])
    const { events } = await get({ offset, operationTypes: 'delete,drop' })
    expect(events).toMatchObject([{ operationType: 'delete' }])
    const ofDb = await read(logUrl(at, { offset }, at.db))
    expect(idsOf(ofDb)).toEqual([1, 2, 3, undefined])
    // others may write to the deployment
    const where = JSON.stringify({ 'ns.db': at.db })
    expect(idsOf(await read(logUrl(at, { offset, where }, '')))).toEqual([1, 2, 3, undefined])
  })

  it.each([
    [{ offset: 'nonsense' }, 400, 'RESUME_TOKEN_INVALID'],
    [{ offset: '' }, 400, 'RESUME_TOKEN_INVALID'],
    [{ offset: 'x'.repeat(9_000) }, 400, 'RESUME_TOKEN_INVALID'],
    [{ live: 'long-poll' }, 400, 'BAD_USER_INPUT'],
    [{ offset: '-1', live: 'for-ever' }, 400, 'BAD_USER_INPUT'],
    [{ offset: '-1', wheer: '{}' }, 400, 'BAD_USER_INPUT'],
    [{ offset: '-1', where: '{' }, 400, 'BAD_USER_INPUT'],
    [{ offset: '-1', format: 'yaml' }, 400, 'BAD_USER_INPUT'],
    [{ offset: '-1', operationTypes: '' }, 400, 'BAD_USER_INPUT'],
  ])('refuses %j with %i', async (params, status, code) => {
    const answer = await get(params)
    expect(answer).toMatchObject({ status })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  it.each([
    ['admin/c', 403],
    ['a/system.views', 403],
    ['a/b/c', 400],
    ['a/%', 400],
    ['a%24/b', 400],
  ])('refuses the path %s with %i', async (path, status) => {
    expect(await read(logUrl(at, { offset: 'now' }, path))).toMatchObject({ status })
  })

  it('takes names with a slash or other characters that a path has not', async () => {
    const odd = at.deployment.client.db(at.db).collection<{ _id: number }>('a/b ü')
    const url = (offset: string) => logUrl(at, { offset }, `${at.db}/${encodeURIComponent('a/b ü')}`)
    const { next } = await read(url('now'))
    await odd.insertOne({ _id: 1 })
    expect(idsOf(await read(url(next)))).toEqual([1])
  })

  it('is only read', async () => {
    const answer = await get({ offset: '-1' }, { method: 'POST', body: '{}' })
    expect(answer).toMatchObject({ status: 405 })
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    const foreign = { headers: { origin: 'https://elsewhere.example' } }
    expect(await get({ offset: '-1' }, foreign)).toMatchObject({ status: 403 })
  })
})

describe('a long poll in which nothing happens', () => {
  const at = useRelay(() => ({ longPollMs: 1_000 }))

  it('ends with 204, which a cache keeps for a second, and with another cursor each time', async () => {
    const { next: offset } = await read(logUrl(at, { offset: 'now' }))
    const empty = await read(logUrl(at, { offset, live: 'long-poll' }))
    expect(empty).toMatchObject({ status: 204, text: '', next: offset })
    expect(empty.headers.get('stream-up-to-date')).toBe('true')
    expect(empty.headers.get('cache-control')).toBe('public, max-age=1')
    const cursor = empty.headers.get('stream-cursor') ?? ''
    const again = await read(logUrl(at, { offset, live: 'long-poll', cursor }))
    expect(Number(again.headers.get('stream-cursor'))).toBeGreaterThan(Number(cursor))
  })
})

describe('the log of a handler', () => {
  const at = useRelay()

  it('is read as from a server, and not any more when its reader has gone', async () => {
    const server = await startFetchServer({ mongoUri: at.deployment.uri, allowAnonymous: true })
    at.onEnd(() => server.stop())
    const of = { db: at.db, relay: server }
    const coll = at.deployment.client.db(at.db).collection<{ _id: number }>('c')
    const { next } = await read(logUrl(of, { offset: 'now' }))
    await coll.insertOne({ _id: 1 })
    const answer = await read(logUrl(of, { offset: next }))
    expect(idsOf(answer)).toEqual([1])
    const gone = new AbortController()
    const poll = logUrl(of, { offset: answer.next, live: 'long-poll' })
    const waiting = read(poll, { signal: gone.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(server.handler.stats()?.subscribers).toBe(1))
    gone.abort()
    await waiting
    await vi.waitFor(() => expect(server.handler.stats()?.subscribers).toBe(0))
  })
})
