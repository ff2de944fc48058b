import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { startEngine } from '../../../src/engine/index.ts'
import { createRelay, type Relay, RelayError, type RelayOptions } from '../../../src/index.ts'
import { useRelay } from '../../support/relay.ts'

async function execute(relay: Relay, query: string, variables = {}): Promise<{ data?: unknown; errors?: unknown }> {
  const response = await fetch(relay.graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query, variables }),
  })
  return response.json()
}

async function withRelay(options: RelayOptions, test: (relay: Relay) => Promise<void>): Promise<void> {
  const relay = await createRelay({ port: 0, ...options })
  try {
    await test(relay)
  } finally {
    await relay.stop()
  }
}

describe('a relay', () => {
  const at = useRelay()

  it('lists what can be watched, by name, without what is internal', async () => {
    const { client } = at.deployment
    const db = client.db(at.db)
    for (const name of ['b', 'a', 'a.c']) await db.createCollection(name)
    const query = 'query ($db: String) { namespaces(db: $db) { db coll } }'
    const own = [null, 'a', 'a.c', 'b'].map((coll) => ({ db: at.db, coll }))
    expect(await execute(at.relay, query, { db: at.db })).toEqual({ data: { namespaces: own } })
    const all = await execute(at.relay, query)
    expect(all).toEqual({ data: { namespaces: expect.arrayContaining(own) } })
    expect(JSON.stringify(all)).not.toMatch(/"db":"(?:admin|local|config)"/)
    expect(await execute(at.relay, query, { db: 'no_such_database' })).toEqual({ data: { namespaces: [] } })
    expect(await execute(at.relay, query, { db: 'a.b' })).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    })
  })

  it('answers with the fields in the order of the operation, however long they take', async () => {
    const { data } = await execute(at.relay, '{ namespaces { db } relay { serverVersion embedded version } }')
    expect(JSON.stringify(data).match(/namespaces|serverVersion|embedded|version/g)).toEqual([
      'namespaces',
      'serverVersion',
      'embedded',
      'version',
    ])
  })

  it('describes itself, and does not write to a MongoDB of one’s own', async () => {
    expect(
      await execute(at.relay, '{ relay { version serverVersion embedded defaultNamespace { db coll } } }'),
    ).toEqual({
      data: {
        relay: {
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          serverVersion: expect.stringMatching(/^\d+\.\d+/),
          embedded: false,
          defaultNamespace: { db: at.db, coll: 'default' },
        },
      },
    })
    expect(await execute(at.relay, '{ __schema { mutationType { name } } }')).toEqual({
      data: { __schema: { mutationType: null } },
    })
    expect(await execute(at.relay, 'mutation { insertOne(db: "a", coll: "b", document: {}) }')).toHaveProperty('errors')
  })
})

describe('a relay with its embedded engine', () => {
  it('writes for a newcomer', async () => {
    await withRelay({}, async (relay) => {
      const insert = 'mutation ($document: EJSON!) { insertOne(db: "test", coll: "test", document: $document) }'
      expect(await execute(relay, insert, { document: { _id: { $numberLong: '9007199254740993' }, a: 1 } })).toEqual({
        data: { insertOne: { $numberLong: '9007199254740993' } },
      })
      expect(await execute(relay, insert, { document: '{"_id": "x"}' })).toEqual({ data: { insertOne: 'x' } })
      const update =
        'mutation ($update: EJSON!) { updateOne(db: "test", coll: "test", filter: {a: 1}, update: $update) }'
      expect(await execute(relay, update, { update: { $set: { b: 2 } } })).toEqual({ data: { updateOne: true } })
      expect(await execute(relay, update, { update: { $set: { b: 2 } } })).toEqual({ data: { updateOne: false } })
      const remove = 'mutation { deleteOne(db: "test", coll: "test", filter: {b: 2}) }'
      expect(await execute(relay, remove)).toEqual({ data: { deleteOne: true } })
      expect(await execute(relay, remove)).toEqual({ data: { deleteOne: false } })
      expect(await execute(relay, '{ relay { embedded } namespaces { coll } }')).toEqual({
        data: { relay: { embedded: true }, namespaces: [{ coll: null }, { coll: 'test' }] },
      })
    })
  })

  it.each([
    ['insertOne(db: "test", coll: "test", document: 5)', '`document` must be a document'],
    ['insertOne(db: "", coll: "test", document: {})', 'empty'],
    ['insertOne(db: "test", coll: "a$b", document: {})', 'not one that MongoDB allows'],
    ['updateOne(db: "test", coll: "test", filter: {}, update: {a: 1})', 'a document of operators'],
    ['updateOne(db: "test", coll: "test", filter: {}, update: "{\\"$nope\\": {\\"a\\": 1}}")', '$nope'],
    ['deleteOne(db: "test", coll: "test", filter: "{\\"$nope\\": 1}")', '$nope'],
  ])('refuses %s with the reason', async (mutation, message) => {
    await withRelay({}, async (relay) => {
      expect(await execute(relay, `mutation { ${mutation} }`)).toMatchObject({
        errors: [{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }],
      })
    })
  })
})

describe('createRelay', () => {
  it.each<[RelayOptions, message: string]>([
    [{ mongoUri: 'mongodb://' }, '`mongoUri`: The MongoDB URI must start with'],
    [{ mongoUri: 'http://x' }, '`mongoUri`: The MongoDB URI must start with'],
    [{ mongoUri: 'mongodb://x/?tls=maybe' }, 'The MongoDB URI is not valid'],
    [{ namespace: '' }, 'empty'],
    [{ namespace: 'a b.c' }, 'does not allow'],
    [{ allowedOrigins: ['example'] }, '`allowedOrigins`: Not an origin'],
    [{ maxResultBytes: 1e9 }, '`maxResultBytes`: More than'],
  ])('refuses %j', async (options, message) => {
    const refused = createRelay({ port: 0, ...options })
    await expect(refused).rejects.toThrow(RelayError)
    await expect(refused).rejects.toThrow(message)
  })

  it('leaves nothing open when its port is in use', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    await expect(createRelay({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', port })
    await new Promise((resolve) => other.close(resolve))
  })

  it('takes another port for the engine when the preferred one is in use, unless told not to', async () => {
    const engine = await startEngine()
    const enginePort = engine.port
    await withRelay({ enginePort, enginePortIsPreference: true }, async (relay) => {
      expect(relay.engineUri).toMatch(/^mongodb:/)
      expect(relay.engineUri).not.toContain(`:${enginePort}/`)
    })
    await expect(createRelay({ port: 0, enginePort })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await engine.stop()
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'relay.example'])(
    'does not listen on %j where everybody could read everything, and says what to do',
    async (host) => {
      for (const options of [{}, { auth: {} }, { auth: { tokens: [] } }]) {
        const refused = createRelay({ port: 0, host, ...options })
        await expect(refused).rejects.toMatchObject({
          code: 'BAD_USER_INPUT',
          message: expect.stringMatching(/everybody .*`auth`.*--allow-anonymous/),
        })
      }
    },
  )

  it('listens everywhere with authentication, and says what is wrong with it', async () => {
    const tokens = [{ token: 'a-token-of-a-machine', subject: 'a' }]
    await withRelay({ host: '0.0.0.0', auth: { tokens } }, async (relay) => {
      expect(await execute(relay, '{ relay { version } }')).toMatchObject({
        errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      })
    })
    const wrong = createRelay({ port: 0, auth: { tokens: [{ token: 'hidden', subject: 'a' }] } })
    await expect(wrong).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringContaining('`tokens.0') })
    await expect(wrong).rejects.not.toThrow('hidden')
  })

  it('gives a URL that can be opened for every address that it listens on', async () => {
    await withRelay({ host: '0.0.0.0', auth: { allowAnonymous: true } }, async ({ url }) =>
      expect(url).toMatch(/^http:\/\/localhost:\d+\/$/),
    )
    await withRelay({ host: '::1' }, async ({ url }) => expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/$/))
  })

  it('stops once, however often it is asked', async () => {
    const relay = await createRelay({ port: 0 })
    await Promise.all([relay.stop(), relay.stop()])
    await relay.stop()
    await expect(fetch(relay.url)).rejects.toThrow()
  })
})
