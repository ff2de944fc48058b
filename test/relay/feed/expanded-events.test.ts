import { describe, expect, it } from 'vitest'
import { useRelay } from '../../support/relay.ts'
import { eventStream, webSocket } from '../../support/transports.ts'

const query = (expanded: boolean) => `subscription ($db: String) {
  changes(db: $db, showExpandedEvents: ${expanded}, announceStart: true) {
    operationType ns { coll } collectionUUID operationDescription updateDescription { disambiguatedPaths }
  }
}`

const FIELDS = ['collectionUUID', 'operationDescription', 'updateDescription { disambiguatedPaths }'] as const
const unsaid = (fields: string) => `subscription ($db: String) {
  changes(db: $db, announceStart: true) { operationType ...F }
}
fragment F on Change { ns { coll } ...G }
fragment G on Change { ${fields} }`

describe.each([webSocket, eventStream])('showExpandedEvents over $name', (transport) => {
  const at = useRelay()
  const begin = async (expanded: boolean) => {
    const subscription = transport.subscribe(at.relay.graphqlUrl, { db: at.db }, query(expanded))
    at.onEnd(() => subscription.stop())
    await subscription.take(1)
    return subscription
  }

  it('delivers what happens to collections, and fills in what belongs to it, for those alone who ask', async () => {
    const expanded = await begin(true)
    const usual = await begin(false)
    const db = at.deployment.client.db(at.db)
    await db.createCollection('c')
    await db.collection('c').createIndex({ a: 1 })
    await db.command({ collMod: 'c', index: { name: 'a_1', hidden: true } })
    await db.collection<{ _id: number; a: object }>('c').insertOne({ _id: 1, a: { 0: 'x' } })
    await db.collection<{ _id: number }>('c').updateOne({ _id: 1 }, { $set: { 'a.0': 'y' } })
    await db.dropCollection('c')
    const seen = await expanded.take(7)
    expect(seen.slice(1).map(({ operationType }) => operationType)).toEqual([
      'create',
      'createIndexes',
      'modify',
      'insert',
      'update',
      'drop',
    ])
    expect(seen[2]).toMatchObject({ operationDescription: { indexes: [{ name: 'a_1', key: { a: 1 } }] } })
    expect(seen[5]).toMatchObject({ updateDescription: { disambiguatedPaths: { 'a.0': ['a', '0'] } } })
    const uuids = seen.slice(1).map((change) => JSON.stringify(Reflect.get(change, 'collectionUUID')))
    expect(new Set(uuids).size).toBe(1)
    expect(uuids[0]).toContain('$binary')
    const others = await usual.take(4)
    expect(others.slice(1).map(({ operationType }) => operationType)).toEqual(['insert', 'update', 'drop'])
    expect(others[2]).toMatchObject({ collectionUUID: null, updateDescription: { disambiguatedPaths: null } })
  })
})

describe('without showExpandedEvents', () => {
  const at = useRelay()
  const typesOf = async (fields: string) => {
    const subscription = webSocket.subscribe(at.relay.graphqlUrl, { db: at.db }, unsaid(fields))
    at.onEnd(() => subscription.stop())
    await subscription.take(1)
    const db = at.deployment.client.db(at.db)
    await db.createCollection('c')
    await db.dropCollection('c')
    const seen = await subscription.take(2)
    return seen.slice(1).map(({ operationType }) => operationType)
  }

  it.each(FIELDS)('delivers them to who asks for %s, which only they fill in', async (field) => {
    expect(await typesOf(field)).toEqual(['create'])
  })

  it.each([
    'json',
    'updateDescription { updatedFields }',
    'documentKey @include(if: true) collectionUUID @skip(if: true)',
  ])('does not to who asks for %s', async (field) => {
    expect(await typesOf(field)).toEqual(['drop'])
  })
})

describe('a caller who may not see everything', () => {
  const at = useRelay(({ db }) => ({
    tokenSecret: 'a secret that is long enough for this test',
    rules: [
      { namespaces: [`${db}.fields`], fields: { allow: ['shown'] } },
      { namespaces: [`${db}.view`, `${db}.open`] },
    ],
  }))

  it('gets no event about a collection that it sees in part, and does not learn what a view is made of', async () => {
    const subscription = webSocket.subscribe(at.relay.graphqlUrl, { db: at.db }, query(true))
    at.onEnd(() => subscription.stop())
    await subscription.take(1)
    const db = at.deployment.client.db(at.db)
    await db.createCollection('fields', { validator: { hidden: { $exists: true } } })
    await db.collection('fields').createIndex({ hidden: 1 })
    await db.createCollection('view', { viewOn: 'secret', pipeline: [] })
    await db.createCollection('open')
    await db.collection('fields').insertOne({ hidden: 1, shown: 1 })
    const seen = (await subscription.take(4)).slice(1)
    expect(seen).toMatchObject([
      { operationType: 'create', ns: { coll: 'view' }, operationDescription: null },
      { operationType: 'create', ns: { coll: 'open' }, operationDescription: { idIndex: { name: '_id_' } } },
      { operationType: 'insert', ns: { coll: 'fields' }, collectionUUID: { $binary: { subType: '04' } } },
    ])
  })
})
