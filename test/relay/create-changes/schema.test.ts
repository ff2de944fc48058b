import { ObjectId } from 'mongodb'
import { describe, expect, it, vi } from 'vitest'
import type { ChangesOptions } from '../../../src/relay/changes-options.ts'
import { startFetchServer } from '../../support/fetch-server.ts'
import { type OwnContext, startOwnServer } from '../../support/own-server.ts'
import { eventStream, webSocket } from '../../support/transports.ts'
import { useChanges } from './use-changes.ts'

const ADA = { 'x-user': 'ada' }
const BOB = { 'x-user': 'bob' }
const SECRET = 'a secret of thirty-two characters or more'

const { at, onEnd, collection, next } = useChanges()

describe.each([webSocket, eventStream])('changes in a schema of one’s own, over $name', (by) => {
  const open = async (options: Partial<ChangesOptions<OwnContext>> = {}) => {
    const server = await startOwnServer({ client: at.client, ...options })
    onEnd(() => server.stop())
    const watch = (variables: object = {}, headers: Record<string, string> = ADA, query?: string) => {
      const live = by.subscribe(server.graphqlUrl, { db: at.db, coll: 'c', ...variables }, query, headers)
      onEnd(() => live.stop())
      return live
    }
    return { ...server, watch }
  }

  it('has the results that a relay has', async () => {
    const { watch } = await open()
    const relay = await startFetchServer({ client: at.client, allowAnonymous: true })
    onEnd(() => relay.stop())
    const from = { db: at.db, coll: 'c', startAtOperationTime: await next(), fullDocument: 'UPDATE_LOOKUP' } as const
    await collection().insertOne({ _id: new ObjectId(), long: 2n ** 60n, date: new Date(0), 7: ['é', { a: null }] })
    await collection().updateOne({}, { $set: { 'new.part': 1.5 }, $unset: { date: '' } })
    await collection().deleteOne({})
    await collection().drop()
    for (const format of ['RELAXED', 'CANONICAL'] as const) {
      const theirs = by.subscribe(relay.graphqlUrl, { ...from, format })
      onEnd(() => theirs.stop())
      expect(await watch({ ...from, format }).take(5)).toEqual(await theirs.take(5))
    }
  })

  it('takes filters, the last changes, and positions to continue from', async () => {
    const { watch } = await open()
    const first = watch({ startAtOperationTime: await next() })
    await collection().insertOne({ _id: 0 })
    await first.take(1)
    await collection().insertMany([1, 2, 3, 4].map((_id) => ({ _id, size: _id })))
    const [, one] = await first.take(5)
    const keys = (changes: readonly { documentKey: unknown }[]) => changes.map(({ documentKey }) => documentKey)
    expect(keys(await watch({ startAfter: one?.resumeToken }).take(3))).toEqual([{ _id: 2 }, { _id: 3 }, { _id: 4 }])
    const where = { 'fullDocument.size': { $gte: { $numberInt: '3' } } }
    expect(keys(await watch({ last: 4, where }).take(2))).toEqual([{ _id: 3 }, { _id: 4 }])
    const literal = `subscription { changes(db: "${at.db}", coll: "c", last: 4, where: {_id: {_data: "x"}}) { documentKey } }`
    const nothing = watch({}, ADA, literal)
    await collection().insertOne({ _id: 5 })
    await first.take(6)
    expect(nothing.changes).toEqual([])
  })

  it('shares one change stream, whoever asks', async () => {
    const { watch, changes } = await open()
    const all = [ADA, BOB, ADA, BOB].map((who) => watch({ startAtOperationTime: { t: 1, i: 1 } }, who))
    for (const live of all) live.stop()
    const startAtOperationTime = await next()
    const live = [ADA, BOB, ADA, BOB].map((who) => watch({ startAtOperationTime }, who))
    await collection().insertOne({ _id: 1 })
    for (const one of live) await one.take(1)
    expect(changes.stats()).toMatchObject({ upstreams: 1, cohorts: 1, subscribers: 4 })
  })

  it('shows each caller what their rules show', async () => {
    const own = { roles: ['ada'], where: { owner: '$claims.name' }, fields: { remove: ['secret'] } }
    const rules = [own, { roles: ['bob'] }].map((rule) => ({ ...rule, namespaces: [`${at.db}.c`] }))
    const principal = ({ user = '' }: OwnContext) => ({ subject: user, roles: [user], claims: { name: user } })
    const { watch } = await open({ principal, rules, tokenSecret: SECRET })
    const startAtOperationTime = await next()
    const [ada, bob] = [ADA, BOB].map((who) => watch({ startAtOperationTime }, who))
    await collection().insertMany([
      { _id: 1, owner: 'ada', secret: 1 },
      { _id: 2, owner: 'bob', secret: 2 },
      { _id: 3, owner: 'ada', secret: 3 },
    ])
    const [first, second] = (await ada?.take(2)) ?? []
    expect(first?.fullDocument).toEqual({ _id: 1, owner: 'ada' })
    expect(JSON.stringify(ada?.changes)).not.toContain('secret')
    expect((await bob?.take(3))?.map(({ fullDocument }) => fullDocument)).toHaveLength(3)
    expect(first?.resumeToken).toMatch(/^sealed\./)
    expect((await watch({ startAfter: first?.resumeToken }).take(1))[0]).toEqual(second)
    const forged = watch({ startAfter: `${String(first?.resumeToken).slice(0, -2)}AA` })
    expect(await forged.failure()).toMatchObject({ extensions: { code: 'RESUME_TOKEN_INVALID' } })
    const carol = watch({}, { 'x-user': 'carol' })
    expect(await carol.failure()).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
  })

  it('refuses with codes who has no session, and what is not in order', async () => {
    const { watch } = await open({ maxTokenBytes: 100 })
    const codeOf = async (live: ReturnType<typeof watch>) => (await live.failure()).extensions?.['code']
    expect(await codeOf(watch({}, {}))).toBe('UNAUTHENTICATED')
    expect(await codeOf(watch({ db: 'a.b' }))).toBe('BAD_USER_INPUT')
    expect(await codeOf(watch({ where: { $where: '1' } }))).toBe('BAD_USER_INPUT')
    expect(await codeOf(watch({ db: 'admin' }))).toBe('FORBIDDEN')
    expect(await codeOf(watch({ startAfter: '82'.repeat(51) }))).toBe('RESUME_TOKEN_INVALID')
  })

  it('limits each caller, and not the others', async () => {
    const { watch, changes } = await open({ maxSubscriptionsPerPrincipal: 1 })
    const first = watch()
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(1))
    expect(await watch().failure()).toMatchObject({ extensions: { code: 'LIMIT_EXCEEDED' } })
    watch({}, BOB)
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(2))
    first.stop()
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(1))
    watch()
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(2))
  })

  it('has nothing open before somebody asks, and leaves no cursor when they leave', async () => {
    const { watch, changes } = await open({ lingerMs: 0 })
    expect(changes.stats()).toBeUndefined()
    const live = [watch(), watch({}, BOB), watch({ coll: 'd' })]
    await vi.waitFor(() => expect(changes.stats()?.subscribers).toBe(3))
    await vi.waitFor(async () => expect(await at.openCursors()).toBe(2))
    for (const one of live) one.stop()
    await vi.waitFor(() => expect(changes.stats()).toMatchObject({ subscribers: 0, upstreams: 0 }))
    await vi.waitFor(async () => expect(await at.openCursors()).toBe(0))
  })

  it('serves nothing to a caller who leaves before it is known who they are', async () => {
    let enter = () => {}
    const isKnown = new Promise<void>((resolve) => (enter = resolve))
    const principal = vi.fn(async ({ user = '' }: OwnContext) => {
      if (user === 'late') await isKnown
      return { subject: user }
    })
    const { watch, changes } = await open({ principal })
    const late = watch({}, { 'x-user': 'late' })
    await vi.waitFor(() => expect(principal).toHaveBeenCalledOnce())
    late.stop()
    await late.ended().catch(() => undefined)
    enter()
    const live = watch({ startAtOperationTime: await next() })
    await collection().insertOne({ _id: 1 })
    await live.take(1)
    expect(changes.stats()?.subscribers).toBe(1)
  })

  it('masks what is nobody’s business, and logs it', async () => {
    const error = vi.fn()
    const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error }
    const principal = () => Promise.reject(new Error('the password of the store is 1234'))
    const { watch } = await open({ principal, log })
    expect(JSON.stringify(await watch().failure())).not.toContain('1234')
    expect(error.mock.calls[0]?.[0]).toMatchObject({ err: { message: 'the password of the store is 1234' } })
    const unready = await open({ log, rules: [{}] as never })
    expect(JSON.stringify(await unready.watch().failure())).not.toContain('rule')
    expect(error.mock.calls[1]?.[0]).toMatchObject({ err: { cause: { code: 'BAD_USER_INPUT' } } })
  })

  it('ends with UNAUTHENTICATED and the position when the session has expired', async () => {
    let time = 1_000_000
    const principal = () => ({ subject: 'ada', expiresAtMs: 1_001_000 })
    const { watch } = await open({ principal, now: () => time })
    const live = watch({ startAtOperationTime: await next() })
    await collection().insertOne({ _id: 1 })
    const [one] = await live.take(1)
    time += 60_000
    const { extensions } = await live.failure()
    expect(extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(String(extensions?.['resumeToken']) >= String(one?.resumeToken)).toBe(true)
    expect(await watch().failure()).toMatchObject({ extensions: { code: 'UNAUTHENTICATED' } })
  })

  it('ends with SHUTTING_DOWN and the position when it stops, and refuses from then on', async () => {
    const { watch, changes, graphqlUrl } = await open()
    const live = watch({ startAtOperationTime: await next() })
    await collection().insertOne({ _id: 1 })
    const [one] = await live.take(1)
    await changes.stop()
    const { extensions } = await live.failure()
    expect(extensions).toMatchObject({ code: 'SHUTTING_DOWN' })
    expect(String(extensions?.['resumeToken']) >= String(one?.resumeToken)).toBe(true)
    await live.ended()
    expect(await watch().failure()).toMatchObject({ extensions: { code: 'SHUTTING_DOWN' } })
    // the server goes on, and the client that it was given
    const hello = await fetch(`${graphqlUrl}?query={hello}`)
    expect(await hello.json()).toEqual({ data: { hello: 'world' } })
    expect(await at.client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 })
  })
})
