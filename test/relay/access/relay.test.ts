import { describe, expect, it } from 'vitest'
import type { Rule } from '../../../src/relay/access/rules/rule.ts'
import { createRelay } from '../../../src/adapters/node/relay.ts'
import type { ChangesSubscriptionVariables } from '../../operations.generated.ts'
import { openRawSubscriber } from '../../support/raw-subscriber.ts'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

interface Doc {
  readonly _id: string
  readonly tenant?: string
  readonly [field: string]: unknown
}

const tokenSecret = 'a secret that all relays of the fleet share'

/** What a tenant sees: own rows of `c` without `cost`, all of `open`, nothing else. */
const rulesOf = (db: string, tenant: string): Rule[] => [
  { namespaces: [`${db}.c`], where: { tenant }, fields: { remove: ['cost', 'items.cost'] } },
  { namespaces: [`${db}.open`] },
]

const SEALED = /^sealed\.[A-Za-z0-9_-]+$/

/** A text as it is in the hex of a token. */
const hexOf = (text: string) => Buffer.from(text).toString('hex').toUpperCase()

function useTenants() {
  // so small that whoever comes back has to be caught up by a stream of his own
  const at = useRelay(({ db }) => ({ rules: rulesOf(db, 'a'), tokenSecret, windowEvents: 2, maxTokenBytes: 32_768 }))
  const coll = (name = 'c') => at.deployment.client.db(at.db).collection<Doc>(name)

  /** Makes the collection with its images. */
  async function createWithImages(): Promise<void> {
    const options = { changeStreamPreAndPostImages: { enabled: true } }
    await at.deployment.client.db(at.db).createCollection('c', options)
  }

  /** A relay for another tenant, of the same deployment. */
  async function openOther(tenant: string): Promise<string> {
    const { deployment, db } = at
    const options = { port: 0, mongoUri: deployment.uri, namespace: `${db}.default`, tokenSecret }
    const relay = await createRelay({ ...options, rules: rulesOf(db, tenant) })
    at.onEnd(() => relay.stop())
    return relay.graphqlUrl
  }
  return { at, coll, createWithImages, openOther }
}

describe.each([webSocket, eventStream])('two tenants over $name', (transport) => {
  const { at, coll, createWithImages, openOther } = useTenants()

  async function subscribeOther(url: string, variables: ChangesSubscriptionVariables = {}) {
    const { t, i } = await at.deployment.operationTime()
    const start = 'startAfter' in variables ? {} : { startAtOperationTime: { t, i: i + 1 } }
    const subscription = transport.subscribe(url, { db: at.db, coll: 'c', ...start, ...variables })
    at.onEnd(() => subscription.stop())
    return subscription
  }

  it('see their own documents in a snapshot, without what is hidden, and continue it with sealed tokens', async () => {
    await createWithImages()
    await coll().insertMany([
      { _id: '1', tenant: 'a', cost: 'SECRET', items: [{ cost: 'SECRET', n: 1 }] },
      { _id: '2', tenant: 'b', cost: 'SECRET' },
      { _id: '3', tenant: 'a', n: 3 },
    ])
    const snapshot = { db: at.db, coll: 'c', snapshot: 'ON_HISTORY_LOST' } as const
    const subscription = transport.subscribe(at.relay.graphqlUrl, { ...snapshot, where: '{"fullDocument.cost": null}' })
    at.onEnd(() => subscription.stop())
    await subscription.take(3)
    await coll().updateOne({ _id: '2' }, { $set: { tenant: 'a' } })
    await coll().updateOne({ _id: '3' }, { $set: { tenant: 'b' } })
    const changes = await subscription.take(5)
    expect(changes.map(({ operationType, documentKey }) => [operationType, (documentKey as Doc | null)?._id])).toEqual([
      ['snapshot', '1'],
      ['snapshot', '3'],
      ['snapshotEnd', undefined],
      ['insert', '2'],
      ['delete', '3'],
    ])
    expect(changes[0]?.fullDocument).toEqual({ _id: '1', tenant: 'a', items: [{ n: 1 }] })
    for (const { resumeToken } of changes) expect(resumeToken).toMatch(SEALED)
    expect(JSON.stringify(changes)).not.toContain('SECRET')
    expect(changes.every(({ fullDocumentBeforeChange }) => fullDocumentBeforeChange === null)).toBe(true)
    const [first] = changes
    const rest = transport.subscribe(at.relay.graphqlUrl, { ...snapshot, startAfter: first?.resumeToken })
    at.onEnd(() => rest.stop())
    // as it is now: what was the other tenant's is this one's
    expect((await rest.take(1))[0]).toMatchObject({ operationType: 'snapshot', documentKey: { _id: '2' } })
  })

  it('see their own documents come, change, go, and move from one to the other', async () => {
    await createWithImages()
    const other = await openOther('b')
    const images = { fullDocument: 'UPDATE_LOOKUP', fullDocumentBeforeChange: 'WHEN_AVAILABLE' } as const
    const a = await at.subscribe(transport, images)
    const b = await subscribeOther(other, images)
    await coll().insertMany([
      { _id: '1', tenant: 'a', cost: 'SECRET', items: [{ cost: 'SECRET', n: 1 }] },
      { _id: '2', tenant: 'b', cost: 'SECRET' },
    ])
    await coll().updateOne({ _id: '1' }, { $set: { x: 1, cost: 'SECRET', 'items.0.cost': 'SECRET' } })
    await coll().updateOne({ _id: '1' }, { $set: { cost: 'SECRET2' } })
    await coll().updateOne({ _id: '1' }, { $set: { tenant: 'b' } })
    await coll().replaceOne({ _id: '2' }, { tenant: 'a', y: 2, cost: 'SECRET' })
    await coll().deleteOne({ _id: '1' })
    await coll().deleteOne({ _id: '2' })
    const told = (list: typeof a.changes) =>
      list.map(({ operationType, documentKey }) => [operationType, (documentKey as Doc)._id].join(' '))
    await a.take(5)
    expect(told(a.changes)).toEqual(['insert 1', 'update 1', 'delete 1', 'insert 2', 'delete 2'])
    await b.take(4)
    expect(told(b.changes)).toEqual(['insert 2', 'insert 1', 'delete 2', 'delete 1'])
    expect(a.changes[1]).toMatchObject({
      fullDocument: { _id: '1', tenant: 'a', items: [{ n: 1 }], x: 1 },
      fullDocumentBeforeChange: { _id: '1', tenant: 'a', items: [{ n: 1 }] },
      updateDescription: { updatedFields: { x: 1 }, removedFields: [] },
    })
    expect(a.changes[3]).toMatchObject({ fullDocument: { _id: '2', tenant: 'a', y: 2 }, updateDescription: null })
    const text = JSON.stringify([a.changes, b.changes])
    expect(text).not.toContain('SECRET')
    expect(text).not.toContain('cost')
    expect(JSON.stringify(a.changes)).not.toContain('"b"')
  })

  it('withhold changes of a collection without images, but for inserts and replaces', async () => {
    const changes = await at.subscribe(transport)
    await coll().insertMany([
      { _id: '1', tenant: 'a' },
      { _id: '2', tenant: 'b' },
    ])
    await coll().updateOne({ _id: '1' }, { $set: { x: 1 } })
    await coll().deleteOne({ _id: '2' })
    await coll().replaceOne({ _id: '1' }, { tenant: 'a', z: 1 })
    expect((await changes.take(2)).map(({ operationType }) => operationType)).toEqual(['insert', 'replace'])
  })

  it('continue from sealed tokens where they were, from memory and from the oplog', async () => {
    await createWithImages()
    const first = await at.subscribe(transport)
    const documents = Array.from({ length: 20 }, (_, n) => ({ _id: `${n}-KEY`, tenant: n % 2 === 0 ? 'a' : 'b' }))
    await coll().insertMany(documents)
    const seen = await first.take(10)
    for (const { resumeToken, json } of seen) {
      expect(resumeToken).toMatch(SEALED)
      expect(json).toMatchObject({ _id: { _data: resumeToken } })
    }
    const keys = (list: typeof seen) => list.map(({ documentKey }) => (documentKey as Doc)._id)
    for (const from of [0, 5, 8]) {
      const second = await at.subscribe(transport, { startAfter: seen[from]?.resumeToken ?? '' })
      expect(keys(await second.take(9 - from))).toEqual(keys(seen).slice(from + 1))
      second.stop()
    }
    expect(at.relay.stats().catchUps).toBeGreaterThan(0)
  })

  it('cannot use a token of another namespace, of a server, or a changed one', async () => {
    await createWithImages()
    const plain = at.deployment.client.db(at.db).collection('c').watch()
    const raw = plain.next()
    const mine = await at.subscribe(transport)
    const open = await at.subscribe(transport, { coll: 'open' })
    await expect
      .poll(async () => {
        await coll().insertOne({ _id: String(Math.random()), tenant: 'a' })
        return Promise.race([raw.then(() => true), new Promise((resolve) => setImmediate(resolve))])
      })
      .toBe(true)
    await coll('open').insertOne({ _id: '1' })
    const [own] = await mine.take(1)
    const [foreign] = await open.take(1)
    const { _id } = await raw
    await plain.close()
    const token = own?.resumeToken ?? ''
    const changed = token.slice(0, -5) + (token.at(-5) === 'A' ? 'B' : 'A') + token.slice(-4)
    for (const startAfter of [foreign?.resumeToken ?? '', (_id as { _data: string })._data, changed, 'sealed.', 'x']) {
      const refused = await at.subscribe(transport, { startAfter })
      expect(await refused.failure()).toMatchObject({ extensions: { code: 'RESUME_TOKEN_INVALID' } })
    }
    const long = await at.subscribe(transport, { startAfter: `sealed.${'A'.repeat(40_000)}` })
    expect(await long.failure()).toMatchObject({
      message: expect.stringContaining('longer than the 32768 bytes that `maxTokenBytes` allows'),
      extensions: { code: 'RESUME_TOKEN_INVALID' },
    })
  })

  it('see nothing but their own after a token that was stolen from the other', async () => {
    await createWithImages()
    const other = await openOther('b')
    const b = await subscribeOther(other)
    await coll().insertMany([
      { _id: 'b1', tenant: 'b' },
      { _id: 'a1', tenant: 'a' },
      { _id: 'b2', tenant: 'b' },
      { _id: 'a2', tenant: 'a' },
    ])
    const [stolen] = await b.take(2)
    const thief = await at.subscribe(transport, { startAfter: stolen?.resumeToken ?? '' })
    expect((await thief.take(2)).map(({ documentKey }) => documentKey)).toEqual([{ _id: 'a1' }, { _id: 'a2' }])
  })

  it('learn nothing by filters on what they may not see', async () => {
    await createWithImages()
    const probes = [
      { 'fullDocument.cost': 'SECRET' },
      { 'fullDocument.cost': { $exists: true } },
      { 'fullDocument.items.cost': { $gt: '' } },
      { 'fullDocument.tenant': { $ne: 'a' } },
      { 'updateDescription.updatedFields.cost': { $exists: true } },
      { 'fullDocumentBeforeChange.tenant': { $exists: true } },
      { '_id._data': { $gt: '8', $lt: '9' } },
      { operationType: 'update' },
    ]
    // each is told of the last document in any case: then it has been told of all that comes before
    const orLast = (probe: object) => ({ $or: [probe, { 'fullDocument._id': 'last' }] })
    const probing = await Promise.all(probes.map((where) => at.subscribe(transport, { where: orLast(where) })))
    await coll().insertMany([
      { _id: '1', tenant: 'a', cost: 'SECRET', items: [{ cost: 'SECRET' }] },
      { _id: '2', tenant: 'b', cost: 'SECRET', items: [{ cost: 'SECRET' }] },
    ])
    await coll().updateOne({ _id: '1' }, { $set: { cost: 'SECRET2' } })
    await coll().updateOne({ _id: '2' }, { $set: { cost: 'SECRET2' } })
    await coll().insertOne({ _id: 'last', tenant: 'a' })
    for (const changes of probing) {
      expect((await changes.take(1)).map(({ documentKey }) => documentKey)).toEqual([{ _id: 'last' }])
    }
  })

  it('see of the database and the deployment what they may see, and no names of the rest', async () => {
    await createWithImages()
    const database = await at.subscribe(transport, { coll: null })
    const deployment = await at.subscribe(transport, { db: null, coll: null })
    await coll('HIDDEN').insertOne({ _id: 'HIDDEN' })
    await coll().insertOne({ _id: '1', tenant: 'a' })
    await coll().insertOne({ _id: 'HIDDEN', tenant: 'b' })
    await coll('open').insertOne({ _id: '2' })
    await coll('HIDDEN').drop()
    await coll('open').rename('HIDDEN2')
    await coll('HIDDEN2').insertOne({ _id: 'HIDDEN' })
    await coll().drop()
    for (const changes of [database, deployment]) {
      const seen = (await changes.take(4)).map(({ operationType, ns, to }) => [operationType, ns?.coll, to])
      expect(seen).toEqual([
        ['insert', 'c', null],
        ['insert', 'open', null],
        ['rename', 'open', null],
        ['drop', 'c', null],
      ])
      expect(JSON.stringify(changes.changes)).not.toContain('HIDDEN')
      expect(JSON.stringify(changes.changes)).not.toContain(hexOf('HIDDEN'))
    }
    for (const variables of [
      { coll: 'HIDDEN' },
      { coll: 'none' },
      { db: 'admin', coll: null },
      { coll: 'system.views' },
    ]) {
      const refused = await at.subscribe(transport, variables)
      expect(await refused.failure()).toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    }
  })
})

describe('what reaches a caller who may not see everything', () => {
  const { at, coll, createWithImages } = useTenants()
  const query = `subscription ($db: String, $coll: String) {
    changes(db: $db, coll: $coll, announceStart: true) { resumeToken operationType documentKey json }
  }`

  it('holds no key of a hidden document, in no token of any kind, over WebSocket', async () => {
    await createWithImages()
    const socket = await openRawSubscriber(at.relay.graphqlUrl)
    at.onEnd(() => socket.close())
    socket.subscribe('c', query, { db: at.db, coll: 'c' })
    socket.subscribe('all', query, {})
    const count = (id: string) => socket.received.get(id)?.length ?? 0
    await expect.poll(() => [count('c'), count('all')]).toEqual([1, 1])
    await coll().insertOne({ _id: 'own', tenant: 'a' })
    await coll().insertOne({ _id: 'HIDDEN', tenant: 'b' })
    await expect.poll(() => [count('c'), count('all')]).toEqual([2, 2])
    await at.relay.stop()
    await expect.poll(() => socket.errors.size).toBe(2)
    for (const errors of socket.errors.values()) {
      expect(errors).toMatchObject([
        [{ extensions: { code: 'SHUTTING_DOWN', resumeToken: expect.stringMatching(SEALED) } }],
      ])
    }
    const text = JSON.stringify([...socket.received.values(), ...socket.errors.values()])
    expect(text).not.toContain('HIDDEN')
    expect(text.toUpperCase()).not.toContain(hexOf('HIDDEN'))
    expect(text).not.toMatch(/"82[0-9A-F]{16}/)
  })

  it('holds none over server-sent events, whose ids are sealed and can be continued from', async () => {
    await createWithImages()
    const url = new URL(at.relay.graphqlUrl)
    url.searchParams.set('query', query)
    url.searchParams.set('variables', JSON.stringify({ db: at.db, coll: 'c' }))
    const read = async (until: string, headers: Record<string, string> = {}) => {
      const aborter = new AbortController()
      const response = await fetch(url, {
        headers: { accept: 'text/event-stream', ...headers },
        signal: aborter.signal,
      })
      const decoder = new TextDecoder()
      let text = ''
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true })
        if (text.includes('"started"') && !headers['last-event-id'] && !text.includes(until)) {
          await coll().insertOne({ _id: `own-${text.length}`, tenant: 'a' })
          await coll().insertOne({ _id: `HIDDEN-${text.length}`, tenant: 'b' })
        }
        if (text.includes(until)) break
      }
      aborter.abort()
      return text
    }
    const text = await read('own-')
    const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '')
    expect(ids).toEqual([expect.stringMatching(SEALED), expect.stringMatching(SEALED)])
    await coll().insertOne({ _id: 'next', tenant: 'a' })
    const rest = await read('"next"', { 'last-event-id': ids[1] ?? '' })
    expect(rest).not.toContain('own-')
    expect(text + rest).not.toContain('HIDDEN')
    expect((text + rest).toUpperCase()).not.toContain(hexOf('HIDDEN'))
  })

  it('holds none in the positions of an event stream where nothing that may be seen happens', async () => {
    const quick = { mongoUri: at.deployment.uri, namespace: `${at.db}.default`, port: 0, keepAliveMs: 100 }
    const relay = await createRelay({ ...quick, tokenSecret, rules: rulesOf(at.db, 'a') })
    at.onEnd(() => relay.stop())
    await createWithImages()
    const quiet = `subscription { changes(db: "${at.db}", coll: "c") { documentKey } }`
    const url = `${relay.graphqlUrl}?query=${encodeURIComponent(quiet)}`
    const aborter = new AbortController()
    const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: aborter.signal })
    let text = ''
    let keys = 0
    const ids = () => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? '')
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      if (ids().length > 3) break
      await coll().insertOne({ _id: `HIDDEN-${keys++}`, tenant: 'b' })
    }
    aborter.abort()
    for (const id of ids()) expect(id).toMatch(SEALED)
    expect(text).not.toMatch(/HIDDEN|data: ./)
  })

  it('lists no namespace that may not be watched, and lets nothing be written', async () => {
    await createWithImages()
    await coll('HIDDEN').insertOne({ _id: '1' })
    const ask = async (text: string, relayUrl = at.relay.graphqlUrl) => {
      const body = JSON.stringify({ query: text })
      const response = await fetch(relayUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
      return response.json()
    }
    expect(await ask('{ namespaces { db coll } relay { defaultNamespace { db coll } } }')).toEqual({
      data: {
        namespaces: [
          { db: at.db, coll: null },
          { db: at.db, coll: 'c' },
        ],
        relay: { defaultNamespace: null },
      },
    })
    const relay = await createRelay({ port: 0, mongoUri: at.deployment.uri, tokenSecret, rules: rulesOf('test', 'a') })
    at.onEnd(() => relay.stop())
    expect(await ask('{ __schema { mutationType { name } } }', relay.graphqlUrl)).toEqual({
      data: { __schema: { mutationType: null } },
    })
  })
})

describe('an event too large for a caller who may not see everything', () => {
  const at = useRelay(({ db }) => ({ rules: rulesOf(db, 'a'), tokenSecret, maxResultBytes: 4_000 }))

  it('ends with a sealed token, from which he gets past it; what he may not see does not count', async () => {
    const coll = at.deployment.client.db(at.db).collection<Doc>('c')
    const changes = await at.subscribe(webSocket)
    const text = 'x'.repeat(10_000)
    await coll.insertOne({ _id: '1', tenant: 'a', cost: text })
    await coll.insertOne({ _id: '2', tenant: 'b', text })
    await coll.insertOne({ _id: '3', tenant: 'a', text })
    await coll.insertOne({ _id: '4', tenant: 'a' })
    const { extensions } = await changes.failure()
    expect(changes.changes.map(({ documentKey }) => documentKey)).toEqual([{ _id: '1' }])
    expect(extensions).toEqual({ code: 'EVENT_TOO_LARGE', resumeToken: expect.stringMatching(SEALED) })
    const rest = await at.subscribe(webSocket, { startAfter: String(extensions?.['resumeToken']) })
    expect((await rest.take(1))[0]?.documentKey).toEqual({ _id: '4' })
  })
})

describe('createRelay', () => {
  it.each<[options: object, message: string]>([
    [{ rules: [{ namespaces: ['x'] }], tokenSecret }, 'rules[0].namespaces[0]: '],
    [{ rules: [{ namespaces: ['x.y'] }] }, 'need a `tokenSecret`'],
    [{ tokenSecret: 'short' }, '`tokenSecret`: '],
  ])('refuses %j', async (options, message) => {
    await expect(createRelay({ port: 0, ...options })).rejects.toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(message) }),
    )
  })
})
