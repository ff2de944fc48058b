import { MongoClient } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import { createRelay } from '../../../../src/adapters/node/relay.ts'
import { startEngine } from '../../../../src/engine/engine.ts'
import { idsOf, logUrl, read } from '../../../support/change-log.ts'
import { openDeployment } from '../../../support/deployment.ts'
import { useOnEnd } from '../../../support/on-end.ts'
import { useRelay } from '../../../support/relay.ts'

const TOKENS = ['a', 'b'].map((subject) => ({
  token: `the-token-of-${subject}-is-long`,
  subject,
  roles: [subject],
}))
const as = (subject: string) => ({ headers: { authorization: `Bearer the-token-of-${subject}-is-long` } })
const SEALED = /^sealed\.[A-Za-z0-9_-]+$/

describe('the log of those who see a part', () => {
  const at = useRelay(({ db }) => ({
    longPollMs: 2_000,
    auth: { tokens: TOKENS, allowAnonymous: true },
    tokenSecret: 'x'.repeat(32),
    rules: [
      { roles: ['a'], namespaces: [`${db}.c`], where: { tenant: 'a' }, fields: { remove: ['cost'] } },
      { roles: ['b'], namespaces: [`${db}.c`], where: { tenant: 'b' } },
      { namespaces: [`${db}.open`], fields: { remove: ['cost'] } },
    ],
  }))
  const coll = (name: string) =>
    at.deployment.client.db(at.db).collection<{ _id: number; tenant?: string; cost: number }>(name)
  const get = (params: Record<string, string>, init?: RequestInit, name = 'c') =>
    read(logUrl(at, params, `${at.db}/${name}`), init)

  it('is their own: what they may see, sealed positions, and no cache between', async () => {
    const start = await get({ offset: 'now' }, as('a'))
    expect(start.next).toMatch(SEALED)
    const other = await get({ offset: 'now' }, as('b'))
    await coll('c').insertMany([
      { _id: 1, tenant: 'a', cost: 7_777 },
      { _id: 2, tenant: 'b', cost: 8_888 },
    ])
    const own = await get({ offset: start.next }, as('a'))
    expect(idsOf(own)).toEqual([1])
    expect(own.text).not.toContain('cost')
    expect(own.next).toMatch(SEALED)
    expect(own.headers.get('cache-control')).toBe('private, max-age=60, stale-while-revalidate=300')
    expect(own.headers.get('vary')).toBe('Origin, Authorization, Cookie')
    expect(idsOf(await get({ offset: other.next }, as('b')))).toEqual([2])
    expect(await get({ offset: own.next, live: 'long-poll' }, as('a'))).toMatchObject({ status: 204, next: own.next })
    // what a server's own token would show of the document's key is in the range of one that is hidden
    expect(await get({ offset: '8200000001000000012B0429296E04' }, as('a'))).toMatchObject({ status: 400 })
  })

  it('is everybody’s where everybody sees the same part', async () => {
    const { next } = await get({ offset: 'now' }, {}, 'open')
    await coll('open').insertOne({ _id: 1, cost: 1 })
    for (const caller of [{}, { headers: { authorization: '' } }]) {
      const answer = await get({ offset: next }, caller, 'open')
      expect(idsOf(answer)).toEqual([1])
      expect(answer.next).toMatch(SEALED)
      expect(answer.headers.get('cache-control')).toBe('public, max-age=60, stale-while-revalidate=300')
    }
  })

  it('is nothing to others', async () => {
    expect(await get({ offset: 'now' })).toMatchObject({ status: 403 })
    const unknown = await get({ offset: 'now' }, as('nobody'))
    expect(unknown).toMatchObject({ status: 401 })
    expect(unknown.headers.get('www-authenticate')).toContain('invalid_token')
    expect(unknown.headers.get('cache-control')).toBe('no-store')
  })
})

describe('the log behind authentication', () => {
  const at = useRelay(() => ({ auth: { tokens: TOKENS }, maxSubscriptionsPerPrincipal: 1, longPollMs: 30_000 }))

  it('is not shared unless that is set', async () => {
    const answer = await read(logUrl(at, { offset: 'now' }), as('a'))
    expect(answer.headers.has('stream-view')).toBe(false)
    const asked = await read(logUrl(at, { offset: 'now', view: 'sealed.AAAA' }), as('a'))
    expect(asked).toMatchObject({ status: 400 })
    expect(asked.text).toContain('sharedViewMs')
  })

  it('is private, although everything in it may be seen', async () => {
    expect(await read(logUrl(at, { offset: 'now' }))).toMatchObject({ status: 401 })
    const { next } = await read(logUrl(at, { offset: 'now' }), as('a'))
    await at.deployment.client.db(at.db).collection('c').insertOne({})
    const answer = await read(logUrl(at, { offset: next }), as('a'))
    expect(answer.headers.get('cache-control')).toMatch(/^private, /)
    expect(answer.events).toHaveLength(1)
  })

  it('counts as a subscription of its reader while it is read', async () => {
    const { next } = await read(logUrl(at, { offset: 'now' }), as('a'))
    const gone = new AbortController()
    const waiting = read(logUrl(at, { offset: next, live: 'long-poll' }), { ...as('a'), signal: gone.signal })
    waiting.catch(() => undefined)
    await vi.waitFor(() => expect(at.relay.stats().subscribers).toBe(1))
    const second = await read(logUrl(at, { offset: next }), as('a'))
    expect(second).toMatchObject({ status: 429 })
    expect(second.headers.get('retry-after')).toBe('5')
    expect(await read(logUrl(at, { offset: next }), as('b'))).toMatchObject({ status: 200 })
    gone.abort()
    await vi.waitFor(async () =>
      expect(await read(logUrl(at, { offset: next }), as('a'))).toMatchObject({ status: 200 }),
    )
  })
})

describe('the log of a page elsewhere', () => {
  const at = useRelay(() => ({ allowedOrigins: ['https://app.example.com'] }))

  it('is read by those that are listed, positions and all', async () => {
    const init = { headers: { origin: 'https://app.example.com' } }
    const { headers } = await read(logUrl(at, { offset: 'now' }), init)
    expect(headers.get('access-control-allow-origin')).toBe('https://app.example.com')
    expect(headers.get('access-control-expose-headers')).toContain('Stream-Next-Offset')
    const preflight = await read(logUrl(at), { ...init, method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-methods')).toContain('GET')
  })
})

describe('a log that cannot go on', () => {
  const onEnd = useOnEnd()

  it('says 410 for what the oplog has no more of, and 503 while it cannot tell', async () => {
    const engine = await startEngine({ oplogBytes: 20_000 })
    onEnd(() => engine.stop())
    const client = new MongoClient(engine.uri)
    onEnd(() => client.close())
    const relay = await createRelay({
      port: 0,
      mongoUri: engine.uri,
      namespace: 'other.default',
      longPollMs: 1_000,
      windowEvents: 2,
    })
    onEnd(() => relay.stop())
    const at = { db: 'gone', relay }
    const { next } = await read(logUrl(at, { offset: 'now' }))
    const coll = client.db('gone').collection('c')
    for (let batch = 0; batch < 20; batch++)
      await coll.insertMany(Array.from({ length: 20 }, () => ({ text: 'x'.repeat(100) })))
    const lost = await read(logUrl(at, { offset: next }))
    expect(lost).toMatchObject({ status: 410 })
    expect(JSON.parse(lost.text)).toMatchObject({ errors: [{ extensions: { code: 'HISTORY_LOST' } }] })
    expect(lost.headers.get('cache-control')).toBe('no-store')
    await engine.stop()
    const unknown = await read(logUrl(at, { offset: 'now' }))
    expect(unknown).toMatchObject({ status: 503 })
    expect(unknown.headers.get('retry-after')).toBe('5')
  })

  it('gets past an event that is too large', async () => {
    const deployment = await openDeployment()
    onEnd(() => deployment.stop())
    const db = deployment.newDb()
    const relay = await createRelay({ port: 0, mongoUri: deployment.uri, namespace: `${db}.d`, maxResultBytes: 2_000 })
    onEnd(() => relay.stop())
    const at = { db, relay }
    const { next } = await read(logUrl(at, { offset: 'now' }))
    const coll = deployment.client.db(db).collection<{ _id: number; text?: string }>('c')
    await coll.insertMany([{ _id: 1 }, { _id: 2, text: 'x'.repeat(3_000) }, { _id: 3 }])
    const before = await read(logUrl(at, { offset: next }))
    expect(idsOf(before)).toEqual([1])
    expect(before.headers.has('stream-up-to-date')).toBe(false)
    const refused = await read(logUrl(at, { offset: before.next }))
    expect(refused).toMatchObject({ status: 413 })
    expect(idsOf(await read(logUrl(at, { offset: refused.next })))).toEqual([3])
  })
})

describe('a log that callers share', () => {
  let nowMs = 1_800_000_000_000
  const at = useRelay(({ db }) => ({
    auth: {
      tokens: ['alice', 'bob', 'eve'].map((subject) => ({
        token: `the-token-of-${subject}-is-long`,
        subject,
        roles: [subject === 'eve' ? 'other' : 'staff'],
      })),
      expiryGraceMs: 0,
    },
    tokenSecret: 'x'.repeat(32),
    sharedViewMs: 60_000,
    now: () => nowMs,
    rules: [{ roles: ['staff'], namespaces: [`${db}.c`], where: { isOpen: true } }],
  }))
  const coll = () => at.deployment.client.db(at.db).collection<{ _id: number; isOpen: boolean }>('c')
  const get = (params: Record<string, string>, init?: RequestInit) => read(logUrl(at, params), init)
  const viewOf = ({ headers }: { readonly headers: Headers }) => headers.get('stream-view') ?? ''

  it('is one URL for all who see the same, which caches may keep and nobody needs credentials for', async () => {
    const [one, other] = [await get({ offset: 'now' }, as('alice')), await get({ offset: 'now' }, as('bob'))]
    const view = viewOf(one)
    expect(view).toMatch(SEALED)
    expect(viewOf(other)).toBe(view)
    await coll().insertMany([
      { _id: 1, isOpen: true },
      { _id: 2, isOpen: false },
    ])
    const own = await get({ offset: one.next }, as('alice'))
    expect(own.headers.get('cache-control')).toMatch(/^private/)
    for (const caller of [{}, as('bob'), as('eve')]) {
      const shared = await get({ offset: one.next, view }, caller)
      expect(idsOf(shared)).toEqual([1])
      expect(shared).toMatchObject({ text: own.text, next: own.next })
      expect(shared.headers.get('cache-control')).toMatch(/^public/)
      expect(shared.headers.get('vary')).toBe('Origin')
      expect(viewOf(shared)).toBe('')
    }
  })

  it('is refused when its time is over, for another log, and for what is no view', async () => {
    const view = viewOf(await get({ offset: 'now' }, as('alice')))
    expect(await read(logUrl(at, { offset: 'now', view }, at.db))).toMatchObject({ status: 401 })
    expect(await get({ offset: 'now', view: 'sealed.AAAA' })).toMatchObject({ status: 401 })
    expect(await get({ offset: 'now', view })).toMatchObject({ status: 200 })
    nowMs += 60_000
    const late = await get({ offset: 'now', view })
    expect(late).toMatchObject({ status: 401 })
    expect(late.headers.get('cache-control')).toBe('no-store')
    expect(late.text).toContain('credentials')
  })
})
