import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangesSubscriptionVariables } from '../../operations.generated.ts'
import { openDeployment, type TestDeployment } from '../../support/deployment.ts'
import { address, usePrograms } from '../../support/process/program.ts'
import { useOnEnd } from '../../support/on-end.ts'
import type { TestSubscription } from '../../support/subscription.ts'
import { eventStream, type TestTransport, webSocket } from '../../support/transports.ts'

const JWT_SECRET = 'hush-the-secret-of-the-issuer-of-tokens'
const MACHINE = 'hush-the-token-of-a-machine'
const TOKEN_SECRET = 'hush-the-secret-that-seals-positions'
const QUERY = `subscription ($db: String, $coll: String, $startAtOperationTime: Timestamp, $startAfter: ResumeToken) {
  changes(db: $db, coll: $coll, startAtOperationTime: $startAtOperationTime, startAfter: $startAfter) {
    resumeToken operationType documentKey updateDescription { updatedFields removedFields } json
  }
}`

interface Doc {
  readonly _id: number
  readonly tenant: string
  readonly [field: string]: unknown
}

interface Namespace {
  readonly db: string
  readonly coll: string | null
}

function tokenOf(tenant: string): Promise<string> {
  const claims = { sub: `user of ${tenant}`, iss: 'issuer', aud: 'relay', tenant, roles: ['customer'] }
  const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h')
  return jwt.sign(new TextEncoder().encode(JWT_SECRET))
}

describe('a relay with authentication and rules in a file', () => {
  const tailrace = usePrograms()
  let deployment: TestDeployment
  let folder: string
  let db: string
  let file: string

  beforeEach(async () => {
    deployment = await openDeployment()
    folder = await mkdtemp(join(tmpdir(), 'tailrace-config-'))
    db = deployment.newDb()
    file = join(folder, 'config.json')
    await writeFile(join(folder, 'jwt-secret'), `${JWT_SECRET}\n`)
    const config = {
      port: 0,
      namespace: `${db}.default`,
      tokenSecret: { $env: 'TOKEN_SECRET' },
      auth: {
        jwt: { secret: { $file: 'jwt-secret' }, issuer: 'issuer', audience: 'relay' },
        tokens: [{ token: MACHINE, subject: 'backup', roles: ['operator'] }],
      },
      rules: [
        { roles: ['operator'], namespaces: ['*'] },
        {
          roles: ['customer'],
          namespaces: [`${db}.orders`],
          where: { tenant: '$claims.tenant' },
          fields: { remove: ['cost'] },
        },
      ],
    }
    await writeFile(file, JSON.stringify(config))
  })

  afterEach(async () => {
    await deployment.stop()
    await rm(folder, { recursive: true })
  })

  const onEnd = useOnEnd()

  const start = (...flags: string[]) =>
    tailrace(['--config', file, ...flags], { TOKEN_SECRET, MONGODB_URI: deployment.uri })

  it('serves each caller over both transports what he may see, and nothing else', async () => {
    const database = deployment.client.db(db)
    await database.createCollection('orders', { changeStreamPreAndPostImages: { enabled: true } })
    await database.collection<Doc>('other').insertOne({ _id: 0, tenant: 'a' })
    const orders = database.collection<Doc>('orders')
    const program = start()
    const graphql = await address(program, 'GraphiQL')
    const bearers = { a: await tokenOf('a'), b: await tokenOf('b'), machine: MACHINE }
    const { t, i } = await deployment.operationTime()
    const subscribe = (transport: TestTransport, bearer: string, more: ChangesSubscriptionVariables = {}) => {
      const from = 'startAfter' in more ? {} : { startAtOperationTime: { t, i: i + 1 } }
      const variables = { db, coll: 'orders', ...from, ...more }
      const subscription = transport.subscribe(graphql, variables, QUERY, { authorization: `Bearer ${bearer}` })
      onEnd(() => subscription.stop())
      return subscription
    }
    const of = (bearer: string) => [webSocket, eventStream].map((transport) => subscribe(transport, bearer))
    const [all, ofA, ofB] = [of(bearers.machine), of(bearers.a), of(bearers.b)]

    await orders.insertMany([
      { _id: 1, tenant: 'a', cost: 'COST' },
      { _id: 2, tenant: 'b', cost: 'COST' },
    ])
    await orders.updateOne({ _id: 1 }, { $set: { paid: true, cost: 'COST' } })
    await orders.updateOne({ _id: 2 }, { $set: { cost: 'COST more' } })
    await orders.updateOne({ _id: 2 }, { $set: { tenant: 'a' } })
    await orders.deleteOne({ _id: 1 })
    await orders.insertOne({ _id: 3, tenant: 'b' })
    await orders.insertOne({ _id: 4, tenant: 'a' })

    const told = ({ changes }: TestSubscription) =>
      changes.map(({ operationType, documentKey }) => `${operationType} ${(documentKey as Doc)._id}`)
    for (const subscription of all) {
      await subscription.take(8)
      expect(told(subscription)).toEqual([
        ...['insert 1', 'insert 2', 'update 1', 'update 2', 'update 2', 'delete 1', 'insert 3', 'insert 4'],
      ])
      expect(JSON.stringify(subscription.changes)).toContain('COST more')
    }
    for (const subscription of ofA) {
      await subscription.take(5)
      expect(told(subscription)).toEqual(['insert 1', 'update 1', 'insert 2', 'delete 1', 'insert 4'])
    }
    for (const subscription of ofB) {
      await subscription.take(3)
      expect(told(subscription)).toEqual(['insert 2', 'delete 2', 'insert 3'])
    }
    expect(JSON.stringify([...ofA, ...ofB].map(({ changes }) => changes))).not.toMatch(/cost/i)

    // a position that was stolen shows the thief his own only; one of the server's own is none for him
    const stolen = subscribe(webSocket, bearers.b, { startAfter: ofA[0]?.changes[0]?.resumeToken ?? '' })
    await stolen.take(3)
    expect(told(stolen)).toEqual(['insert 2', 'delete 2', 'insert 3'])
    const plain = subscribe(webSocket, bearers.b, { startAfter: all[0]?.changes[0]?.resumeToken ?? '' })
    expect((await plain.failure()).extensions).toMatchObject({ code: 'RESUME_TOKEN_INVALID' })
    const elsewhere = subscribe(eventStream, bearers.b, { coll: 'other' })
    expect((await elsewhere.failure()).extensions).toMatchObject({ code: 'FORBIDDEN' })

    const namespacesOf = async (bearer: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, connection: 'close' }
      const body = JSON.stringify({ query: '{ namespaces { db coll } }' })
      const { data } = await (await fetch(graphql, { method: 'POST', headers, body })).json()
      return data.namespaces
        .filter((found: Namespace) => found.db === db && found.coll !== null)
        .map(({ coll }: Namespace) => coll)
    }
    expect(await namespacesOf(bearers.a)).toEqual(['orders'])
    expect(await namespacesOf(MACHINE)).toEqual(expect.arrayContaining(['orders', 'other']))
    expect((await fetch(graphql, { headers: { accept: 'text/event-stream', connection: 'close' } })).status).toBe(401)

    for (const said of [program.stdout(), program.stderr()]) expect(said).not.toMatch(/hush|COST|user of/)
  })

  it('prints none of its secrets', async () => {
    const program = start('--print-config', '--json', '--metrics-token', 'hush-the-token-of-the-scraper')
    expect(await program.exited).toBe(0)
    const digest = createHash('sha256').update(MACHINE).digest('hex')
    expect(program.stdout()).not.toMatch(new RegExp(`hush|${digest}`))
    expect(JSON.parse(program.stdout())).toMatchObject({
      auth: { value: { jwt: { issuer: 'issuer' }, tokens: [{ subject: '***' }] } },
      rules: { value: [{ roles: ['operator'] }, { where: { tenant: '$claims.tenant' } }] },
    })
  })
})
