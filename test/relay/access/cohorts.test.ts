import { GraphQLError, parse } from 'graphql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createPolicy } from '../../../src/relay/access/rules/policy.ts'
import type { Principal } from '../../../src/relay/auth/principal/principal.ts'
import type { Rule } from '../../../src/relay/access/rules/rule.ts'
import { createDeployment, type Deployment } from '../../../src/relay/mongo/deployment.ts'
import { createMongoSource } from '../../../src/relay/mongo/mongo-source.ts'
import { createNamespaceList } from '../../../src/relay/mongo/namespaces.ts'
import { createFeed, type Feed } from '../../../src/relay/feed/feed.ts'
import type { Sink } from '../../../src/relay/feed/sink.ts'
import { createResultBytes, type Services } from '../../../src/relay/graphql/context.ts'
import { createOperationLimits } from '../../../src/relay/graphql/limits/operation-limits.ts'
import { DEFAULTS } from '../../../src/relay/options/values.ts'
import { openSubscription } from '../../../src/relay/graphql/open-subscription.ts'
import { createSchema } from '../../../src/relay/graphql/schema/schema.ts'
import { openDeployment, type TestDeployment } from '../../support/deployment.ts'

interface Doc {
  readonly _id: string
  readonly tenant: string
}

const QUERY = parse(`subscription ($db: String!, $coll: String, $where: EJSON, $startAfter: ResumeToken) {
  changes(db: $db, coll: $coll, where: $where, startAfter: $startAfter, announceStart: true) {
    resumeToken operationType documentKey fullDocument
  }
}`)

const schema = createSchema({ sandbox: false })

const tenant = (name: string, subject: string, ...roles: string[]): Principal => ({
  subject,
  roles: ['user', ...roles],
  claims: { tenant: name, sub: subject },
})

let deployment: TestDeployment
let clients: Deployment
let feed: Feed
let services: Services
let db: string
let stops: (() => void)[]

beforeEach(async () => {
  deployment = await openDeployment()
  db = deployment.newDb()
  await deployment.client.db(db).createCollection('c', { changeStreamPreAndPostImages: { enabled: true } })
  clients = createDeployment({ uri: deployment.uri })
  feed = createFeed({ source: createMongoSource(clients), defaultScope: { db, coll: 'default' } })
  stops = []
  const rules: Rule[] = [
    { roles: ['admin'], namespaces: ['*'] },
    { roles: ['user'], namespaces: [`${db}.c`], where: { tenant: '$claims.tenant' } },
    { roles: ['user'], namespaces: [`${db}.own`], where: { _id: '$claims.sub' } },
  ]
  services = {
    feed,
    policy: createPolicy({ rules, tokenSecret: 'x'.repeat(32) }),
    operationLimits: createOperationLimits(DEFAULTS),
    resultBytes: createResultBytes(1_000),
    maxTokenBytes: 1_000,
    listNamespaces: createNamespaceList(clients),
    serverVersion: async () => undefined,
    version: '1',
    defaultNamespace: { db },
    reportError: (error) => {
      throw error
    },
    noteLimit: () => undefined,
    countErrors: () => undefined,
  }
})

afterEach(async () => {
  for (const stop of stops) stop()
  feed.stop()
  await clients.close()
  await deployment.stop()
})

interface Result {
  readonly resumeToken: string
  readonly operationType: string
  readonly documentKey: unknown
}

/** Subscribes and waits until the subscription has started; gives what arrives after that, and the bytes of all. */
async function subscribe(principal: Principal, variables: object = {}) {
  const results: Result[] = []
  const payloads: Buffer[] = []
  const sink: Sink = {
    write(batch) {
      payloads.push(...batch.payloads)
      results.push(...batch.payloads.map((payload) => JSON.parse(String(payload)).data.changes))
      expect(batch.tokens).toEqual(results.slice(-batch.tokens.length).map(({ resumeToken }) => resumeToken))
      return true
    },
    isReady: () => true,
    bufferedBytes: () => 0,
    end(error) {
      throw error
    },
  }
  const opened = await openSubscription(
    {
      schema,
      document: QUERY,
      contextValue: { services, principal },
      variableValues: { db, coll: 'c', ...variables },
    },
    services,
  )
  if (!('start' in opened)) throw opened.errors?.[0] ?? new GraphQLError('No subscription')
  const subscription = opened.start(sink)
  stops.push(() => subscription.close())
  await expect.poll(() => results.length).toBeGreaterThan(0)
  const [started] = results
  return { results, payloads, started, keys: () => results.slice(1).map(({ documentKey }) => (documentKey as Doc)._id) }
}

const coll = () => deployment.client.db(db).collection<Doc>('c')

describe('callers of two tenants', () => {
  it('share what is made of an event with those who see the same, and with nobody else', async () => {
    const a = await Promise.all(['1', '2', '3'].map((subject) => subscribe(tenant('a', subject))))
    const b = await Promise.all(['4', '5'].map((subject) => subscribe(tenant('b', subject))))
    const admins = await Promise.all([subscribe(tenant('a', '6', 'admin')), subscribe(tenant('b', '7', 'admin'))])
    // those who see everything need no images, and so have another change stream than those who do not
    expect(feed.stats()).toMatchObject({ cohorts: 3, upstreams: 3, subscribers: 7 })
    const before = feed.stats()

    const documents = Array.from({ length: 50 }, (_, n) => ({ _id: `${n}`, tenant: n % 5 === 0 ? 'b' : 'a' }))
    await coll().insertMany(documents)
    const own = (name: string) => documents.filter((one) => one.tenant === name).map(({ _id }) => _id)
    for (const { keys } of a) await expect.poll(keys).toEqual(own('a'))
    for (const { keys } of b) await expect.poll(keys).toEqual(own('b'))
    for (const { keys } of admins) await expect.poll(keys).toHaveLength(50)
    const { encodings, deliveries } = feed.stats()
    // events times cohorts that may see them
    expect(encodings - before.encodings).toBe(40 + 10 + 50)
    expect(deliveries - before.deliveries).toBe(40 * 3 + 10 * 2 + 50 * 2)
    // the very same bytes, from the first event on
    expect(a[1]?.payloads.slice(1).every((payload, at) => payload === a[0]?.payloads[at + 1])).toBe(true)
    expect(a.every(({ results }) => results.every(({ resumeToken }) => resumeToken.startsWith('sealed.')))).toBe(true)
    expect(admins.every(({ results }) => results.every(({ resumeToken }) => !resumeToken.startsWith('sealed.')))).toBe(
      true,
    )
  })

  it('continue from the position of another’s token with their own documents, and not from an administrator’s', async () => {
    const a = await subscribe(tenant('a', '1'))
    const admin = await subscribe(tenant('a', '2', 'admin'))
    await coll().insertMany(['a', 'b', 'a', 'b'].map((name, n) => ({ _id: `${name}${n}`, tenant: name })))
    await expect.poll(a.keys).toEqual(['a0', 'a2'])
    await expect.poll(admin.keys).toHaveLength(4)
    const b = await subscribe(tenant('b', '3'), { startAfter: a.results[1]?.resumeToken })
    await expect.poll(b.keys).toEqual(['b1', 'b3'])
    for (const [principal, token] of [
      [tenant('b', '3'), admin.results[1]?.resumeToken],
      [tenant('b', '3', 'admin'), a.results[1]?.resumeToken],
    ] as const) {
      await expect(subscribe(principal, { startAfter: token })).rejects.toMatchObject({
        extensions: { code: 'RESUME_TOKEN_INVALID' },
      })
    }
  })

  it('see nothing when a claim that decides is missing', async () => {
    const nobody: Principal = { subject: '1', roles: ['user'], claims: { sub: '1' } }
    await expect(subscribe(nobody)).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } })
    await expect(subscribe({ ...nobody, roles: [] }, { coll: null })).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    })
    const database = await subscribe(nobody, { coll: null })
    await coll().insertOne({ _id: 'x', tenant: 'a' })
    await deployment.client.db(db).collection<Doc>('own').insertOne({ _id: '1', tenant: 'a' })
    await expect.poll(database.keys).toEqual(['1'])
  })
})
